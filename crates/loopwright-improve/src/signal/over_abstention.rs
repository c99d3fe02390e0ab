#![doc = include_str!("../../doc/signal/LW105.md")]

use loopwright_eval::metric::{asks, declines};

use super::{Seen, Signal, code};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::OVER_ABSTENTION,
    name: "over-abstention",
    title: "the agent declines, or asks back, although the answer was shown to it",
    doc: include_str!("../../doc/signal/LW105.md"),
    part: Some("instructions"),
    stage: Some("context"),
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, _: &Evidence) -> Option<String> {
    let expectation = &trial.case.expectation;
    let did = match trial.answer() {
        _ if expectation.abstain || expectation.clarify => return None,
        answer if declines(answer) => "declined",
        answer if asks(answer) => "asked back",
        _ => return None,
    };
    let seen = trial.seen();
    let whole =
        !trial.gold.is_empty() && trial.gold.iter().all(|span| seen.iter().any(|passage| span.is_met_by(passage)));
    whole.then(|| format!("it {did} with the evidence in what it was shown"))
}
