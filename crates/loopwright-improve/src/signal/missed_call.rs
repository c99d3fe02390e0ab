#![doc = include_str!("../../doc/signal/LW202.md")]

use super::{Seen, Signal, calls, code};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::MISSED_CALL,
    name: "missed call",
    title: "a tool that is needed is not called",
    doc: include_str!("../../doc/signal/LW202.md"),
    part: Some("instructions"),
    stage: None,
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
    let slips = calls::slips(trial, evidence)?;
    let needed = slips.missing.first().filter(|_| slips.extra.is_empty())?;
    if !calls::misargued(trial).is_empty() {
        // An earlier call went wrong, so there was no way on: that is the fault, and not this.
        return None;
    }
    if calls::skips_a_look(trial, evidence) {
        return Some(format!("`{needed}` was needed before a change and was skipped"));
    }
    Some(match trial.acted.trace.tool_calls().count() {
        0 => format!("`{needed}` was needed and nothing was called"),
        _ => format!("`{needed}` was needed and the agent stopped before it"),
    })
}
