//! Judges: metrics that ask models about an answer.
//!
//! A kind of judge is a [`Form`]: what is asked, and how an answer is read. Which models are asked, what they are shown and
//! how their votes count is the same for all.

mod ballot;
mod closed_qa;
mod factuality;
mod matter;
mod pairwise;
mod rubric;
mod steps;
#[cfg(test)]
mod tests;

use super::MetricKind;

/// The judges, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] =
    &[&rubric::KIND, &closed_qa::KIND, &factuality::KIND, &pairwise::KIND, &steps::KIND];
