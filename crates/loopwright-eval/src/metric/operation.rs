//! Metrics of what a run takes: tokens, money, energy, time, steps.

mod cache_hits;
mod joules;
mod latency;
mod money;
mod output_speed;
mod retries;
mod steps;
mod tokens;
mod tool_calls;

use super::MetricKind;

/// The kinds of this family, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] = &[
    &tokens::KIND,
    &cache_hits::KIND,
    &money::KIND,
    &joules::KIND,
    &latency::KIND,
    &output_speed::KIND,
    &retries::KIND,
    &steps::KIND,
    &tool_calls::KIND,
];
