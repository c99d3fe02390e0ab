#![doc = include_str!("../../doc/signal/LW101.md")]

use std::collections::BTreeSet;

use super::{Seen, Signal, code};
use crate::sentence::listed;
use crate::{Evidence, TrialEvidence};

pub(super) const SIGNAL: Signal = Signal {
    code: code::RETRIEVAL_MISS,
    name: "retrieval miss",
    title: "the search does not find the passage that holds the answer",
    doc: include_str!("../../doc/signal/LW101.md"),
    part: Some("knowledge"),
    stage: Some("context"),
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, _: &Evidence) -> Option<String> {
    trial.acted.trace.retrievals().next()?;
    let candidates = trial.candidates();
    let missed = trial.gold.iter().filter(|span| !candidates.iter().any(|passage| span.is_met_by(passage)));
    let sources: BTreeSet<&str> = missed.map(|span| span.source.as_str()).collect();
    let sources: Vec<String> = sources.into_iter().map(|source| format!("`{source}`")).collect();
    (!sources.is_empty()).then(|| format!("no passage that was found holds the evidence in {}", listed(&sources)))
}
