#![doc = include_str!("../../doc/signal/LW103.md")]

use loopwright_core::{FindingCode, FoundPassage};
use loopwright_eval::metric::declines;
use loopwright_knowledge::Citations;

use super::answer::{Words, repeats, values};
use super::{Seen, Signal};
use crate::{Evidence, TrialEvidence};

/// As many words in a row are no coincidence.
const COPIED_RUN: usize = 5;

pub(super) const SIGNAL: Signal = Signal {
    code: FindingCode(103),
    name: "distractor captured",
    title: "the answer is taken from a passage beside the one that holds it",
    doc: include_str!("../../doc/signal/LW103.md"),
    part: Some("knowledge"),
    stage: Some("context"),
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
    let seen = trial.seen();
    let is_gold = |passage: &FoundPassage| trial.gold.iter().any(|span| span.is_met_by(passage));
    if declines(trial.answer()) || !seen.iter().any(|passage| is_gold(passage)) {
        return None;
    }
    let cited = Citations::of(trial.answer(), seen.len()).shown;
    if let Some(first) = cited.first()
        && !cited.iter().any(|place| is_gold(seen[*place]))
    {
        return Some(format!("the answer cites `{}`, which does not hold the evidence", seen[*first].source));
    }
    let gold = gold_texts(trial, evidence, &seen);
    let captor = seen.iter().find(|passage| captures(trial, passage, &gold))?;
    let place = if is_gold(captor) { "another sentence of" } else { "a passage of" };
    Some(format!("the answer is taken from {place} `{}`", captor.source))
}

/// The evidence itself, or, where the documents are not at hand, the passages that hold it.
fn gold_texts<'a>(trial: &TrialEvidence, evidence: &'a Evidence, seen: &[&'a FoundPassage]) -> Vec<&'a str> {
    let Some(corpus) = &evidence.corpus else {
        let met = |passage: &&&FoundPassage| trial.gold.iter().any(|span| span.is_met_by(passage));
        return seen.iter().filter(met).map(|passage| passage.text.as_str()).collect();
    };
    let text = |span: &loopwright_knowledge::GoldSpan| Some(corpus.document(&span.source)?.slice(span.start, span.end));
    trial.gold.iter().filter_map(text).collect()
}

/// Whether the answer holds something that stands in `passage` and neither in the evidence nor in the question.
fn captures(trial: &TrialEvidence, passage: &FoundPassage, gold: &[&str]) -> bool {
    let question = trial.case.input.question();
    let known = Words::of(gold.iter().copied().chain([question.as_str()]));
    let there = Words::of([passage.text.as_str()]);
    let taken = values(trial.answer()).iter().any(|value| there.hold(value) && !known.hold(value));
    let copied = repeats(trial.answer(), &passage.text, COPIED_RUN);
    taken || (copied && !gold.iter().any(|text| repeats(trial.answer(), text, COPIED_RUN)))
}
