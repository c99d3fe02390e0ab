#![doc = include_str!("../../doc/signal/LW201.md")]

use super::{Seen, Signal, calls, code};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::WRONG_TOOL,
    name: "wrong tool",
    title: "another tool is called than the one that is needed",
    doc: include_str!("../../doc/signal/LW201.md"),
    part: Some("tools"),
    stage: Some("tool"),
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
    let slips = calls::slips(trial, evidence)?;
    let (needed, called) = (slips.missing.first()?, slips.extra.first()?);
    Some(format!("`{needed}` was needed and `{called}` was called"))
}
