#![doc = include_str!("../../doc/signal/LW901.md")]

use loopwright_core::Outcome;

use super::{Seen, Signal, cause_of, code};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::UNEXPLAINED,
    name: "unexplained",
    title: "it fails, and no signal says why",
    doc: include_str!("../../doc/signal/LW901.md"),
    part: None,
    stage: None,
    seen: Seen::Remainder(detect),
};

fn detect(trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
    if !trial.failed() || cause_of(trial, evidence).is_some() {
        return None;
    }
    Some(match &trial.acted.trace.outcome {
        Outcome::Answered { .. } => "the agent answered, and it was not what the case expects".to_owned(),
        Outcome::Stopped { limit, .. } => format!("the agent was stopped by the limit on {limit}"),
        Outcome::Failed { .. } | Outcome::Infrastructure { .. } => "the agent failed before it answered".to_owned(),
        Outcome::Untouched { reason } => reason.clone(),
    })
}
