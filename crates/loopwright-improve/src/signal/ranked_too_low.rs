#![doc = include_str!("../../doc/signal/LW102.md")]

use loopwright_knowledge::retrieval_values;

use super::{Seen, Signal, code};
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::RANKED_TOO_LOW,
    name: "ranked too low",
    title: "the passage that holds the answer is found, but not shown",
    doc: include_str!("../../doc/signal/LW102.md"),
    part: Some("knowledge"),
    stage: Some("context"),
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, _: &Evidence) -> Option<String> {
    let seen = trial.seen();
    let candidates: Vec<_> = trial.candidates().into_iter().cloned().collect();
    let ranks = retrieval_values(&candidates, 0, &trial.gold, 1)?.gold_ranks;
    let hidden = trial.gold.iter().zip(ranks).filter(|(span, _)| !seen.iter().any(|passage| span.is_met_by(passage)));
    let worst = hidden.filter_map(|(_, rank)| rank).max()?;
    let band = match worst {
        0..=10 => "among the first ten",
        11..=20 => "from rank 11 to 20",
        _ => "beyond rank 20",
    };
    Some(format!("the evidence was found {band} and not shown"))
}
