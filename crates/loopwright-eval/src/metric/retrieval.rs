//! Metrics of what the knowledge gave: what was found and shown, how high the evidence ranks, and what the answer cites.

mod average_precision;
mod citation;
mod citation_precision;
mod citation_recall;
mod context_precision;
mod hit_rate;
mod ndcg;
mod reciprocal_rank;
mod retrieval_precision;
mod retrieval_recall;
// What they are made of.
mod search;

use super::MetricKind;

/// The kinds of this family, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] = &[
    &citation::KIND,
    &citation_precision::KIND,
    &citation_recall::KIND,
    &retrieval_recall::KIND,
    &retrieval_precision::KIND,
    &hit_rate::KIND,
    &reciprocal_rank::KIND,
    &average_precision::KIND,
    &ndcg::KIND,
    &context_precision::KIND,
];
