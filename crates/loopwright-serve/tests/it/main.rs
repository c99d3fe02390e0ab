//! The front door, driven over the loopback.
//!
//! The modules are marked as tests for the lints' sake, which allow `unwrap` there alone.

#[cfg(test)]
mod admission;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod draining;
#[cfg(test)]
mod feedback;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod house;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod record;
#[cfg(test)]
mod responses;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod upstream;
