//! What the readers make of whole files, good and bad.

#[cfg(test)]
mod bfcl;
#[cfg(test)]
mod garbage;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod tau_bench;
