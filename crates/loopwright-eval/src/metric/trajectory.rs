//! Metrics of the calls that a run makes: which, with what, in what order, and how often.

mod any_order;
mod argument_match;
mod exact;
mod forbidden_calls;
mod in_order;
mod looped_calls;
mod milestones;
mod repeated_calls;
mod step_efficiency;
mod tool_error_recovery;
mod tool_f1;
// What they are made of.
mod likeness;

use loopwright_core::GoldCall;

use super::call::{MadeCall, made_calls};
use super::tool_choice::stayed_out;
use super::{Judged, MetricKind, Reading};

/// The kinds of this family, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] = &[
    &in_order::KIND,
    &any_order::KIND,
    &exact::KIND,
    &tool_f1::KIND,
    &argument_match::KIND,
    &step_efficiency::KIND,
    &milestones::KIND,
    &forbidden_calls::KIND,
    &repeated_calls::KIND,
    &looped_calls::KIND,
    &tool_error_recovery::KIND,
];

/// Whether the needed calls were made, as `holds` compares them; where none is right, whether none was made.
pub(super) fn compared(
    judged: &Judged<'_>,
    holds: fn(&[GoldCall], &[MadeCall<'_>]) -> Result<String, String>,
) -> Reading {
    let Some(needed) = &judged.case.expectation.calls else { return Reading::NOT_APPLICABLE };
    let made = made_calls(&judged.trial.trace);
    Reading::judged(if needed.is_empty() { stayed_out(judged, &made) } else { holds(needed, &made) })
}
