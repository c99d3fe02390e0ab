//! The store against its ports, its file and sudden death.
//!
//! The modules are marked as tests for the lints' sake, which allow `unwrap` there alone.

#[cfg(test)]
mod block_on;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod engines;
#[cfg(test)]
mod file;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod sample;
