#![doc = include_str!("../../doc/signal/LW204.md")]

use super::{Seen, Signal, calls, code};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::SPURIOUS_CALL,
    name: "spurious call",
    title: "a tool is called that is not needed",
    doc: include_str!("../../doc/signal/LW204.md"),
    part: Some("tools"),
    stage: Some("tool"),
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
    let slips = calls::slips(trial, evidence)?;
    let called = slips.extra.first().filter(|_| slips.missing.is_empty())?;
    Some(match calls::needed(&trial.case) {
        Some([]) => format!("`{called}` was called and no call was needed"),
        _ => format!("`{called}` was called beside what was needed"),
    })
}
