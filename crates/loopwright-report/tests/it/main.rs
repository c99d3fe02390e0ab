//! Whole outputs, as a person reads them.

#[cfg(test)]
mod example;
#[cfg(test)]
mod machine;
#[cfg(test)]
mod page;
#[cfg(test)]
mod robustness;
#[cfg(test)]
mod terminal;
