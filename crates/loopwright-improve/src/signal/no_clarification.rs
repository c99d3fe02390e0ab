#![doc = include_str!("../../doc/signal/LW205.md")]

use loopwright_eval::metric::asks;

use super::{Seen, Signal, code};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::NO_CLARIFICATION,
    name: "no clarification",
    title: "the agent goes ahead where it should ask for what is missing",
    doc: include_str!("../../doc/signal/LW205.md"),
    part: Some("instructions"),
    stage: None,
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, _: &Evidence) -> Option<String> {
    if !trial.case.expectation.clarify || asks(trial.answer()) {
        return None;
    }
    Some(match trial.acted.trace.tool_calls().next() {
        Some(used) => format!("`{}` was called instead of asking", used.call.name),
        None => "the agent answered instead of asking".to_owned(),
    })
}
