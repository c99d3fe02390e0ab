//! Metrics of what the knowledge gave: what was found and shown, how high the evidence ranks, and what the answer cites.

mod citation;
mod citation_precision;
mod reciprocal_rank;
mod retrieval_recall;

use super::MetricKind;

/// The kinds of this family, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] =
    &[&citation::KIND, &citation_precision::KIND, &retrieval_recall::KIND, &reciprocal_rank::KIND];
