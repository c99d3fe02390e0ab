//! Metrics of what a run takes: tokens, money, energy, time, steps.

mod joules;
mod latency;
mod money;
mod steps;
mod tokens;
mod tool_calls;

use super::MetricKind;

/// The kinds of this family, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] =
    &[&tokens::KIND, &money::KIND, &joules::KIND, &latency::KIND, &steps::KIND, &tool_calls::KIND];
