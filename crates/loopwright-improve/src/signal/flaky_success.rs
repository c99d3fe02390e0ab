#![doc = include_str!("../../doc/signal/LW301.md")]

use super::{Seen, Signal, code};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::FLAKY_SUCCESS,
    name: "flaky success",
    title: "the same case passes in some trials and fails in others",
    doc: include_str!("../../doc/signal/LW301.md"),
    part: Some("model"),
    stage: None,
    seen: Seen::Unsteady(detect),
};

fn detect(trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
    let same = evidence.trials.iter().filter(|other| other.case.key == trial.case.key);
    let judged: Vec<bool> = same.filter_map(|other| other.passed).collect();
    let passed = judged.iter().filter(|passed| **passed).count();
    (0 < passed).then(|| format!("the case passes {passed} of {} trials", judged.len()))
}
