#![doc = include_str!("../../doc/signal/LW203.md")]

use loopwright_core::ToolStatus;

use super::{Seen, Signal, calls, code};
use crate::sentence::listed;
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::WRONG_ARGUMENT,
    name: "wrong argument",
    title: "the right tool is called with wrong arguments",
    doc: include_str!("../../doc/signal/LW203.md"),
    part: Some("tools"),
    stage: Some("arguments"),
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, _: &Evidence) -> Option<String> {
    let misargued = calls::misargued(trial);
    let (gold, uses) = misargued.first()?;
    let last = uses.last()?;
    if last.status == ToolStatus::InvalidArguments {
        return Some(format!("the arguments of `{}` do not keep its schema", gold.tool));
    }
    let names = calls::wrong_names(gold, last.arguments?);
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("`{}` was called with another {}", gold.tool, listed(&names)))
}
