#![doc = include_str!("../../doc/signal/LW105.md")]

use loopwright_core::FindingCode;
use loopwright_eval::metric::declines;

use super::{Seen, Signal};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: FindingCode(105),
    name: "over-abstention",
    title: "the agent declines although the answer was shown to it",
    doc: include_str!("../../doc/signal/LW105.md"),
    part: Some("instructions"),
    stage: Some("context"),
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, _: &Evidence) -> Option<String> {
    if trial.case.expectation.abstain || !declines(trial.answer()) {
        return None;
    }
    let seen = trial.seen();
    let whole =
        !trial.gold.is_empty() && trial.gold.iter().all(|span| seen.iter().any(|passage| span.is_met_by(passage)));
    whole.then(|| format!("it declined with the evidence among {} passages", seen.len()))
}
