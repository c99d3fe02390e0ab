//! Metrics of support: whether what an answer says stands in what the agent was given.

mod supported_sentences;
mod unsupported_names;
mod unsupported_numbers;
// What they are made of.
mod material;

use super::{MetricKind, Reading, listed};

/// The kinds of this family, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] =
    &[&unsupported_numbers::KIND, &unsupported_names::KIND, &supported_sentences::KIND];

/// How many of what an answer holds are `unsupported`, of `all`.
fn counted<T: std::fmt::Display>(unsupported: &[T], all: usize) -> Reading {
    let names = if unsupported.is_empty() { String::new() } else { format!(": {}", listed(unsupported)) };
    Reading::Measured {
        value: unsupported.len() as f64,
        evidence: format!("{} of {all} without support{names}", unsupported.len()),
    }
}
