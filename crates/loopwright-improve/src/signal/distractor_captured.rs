#![doc = include_str!("../../doc/signal/LW103.md")]

use loopwright_core::FoundPassage;
use loopwright_eval::metric::declines;
use loopwright_knowledge::Citations;

use super::answer::{Words, repeats, values};
use super::{Seen, Signal, calls, code};
use crate::{Evidence, TrialEvidence};

/// As many words in a row are no coincidence.
const COPIED_RUN: usize = 5;

pub(super) const SIGNAL: Signal = Signal {
    code: code::DISTRACTOR_CAPTURED,
    name: "distractor captured",
    title: "the answer is taken from something beside what holds it",
    doc: include_str!("../../doc/signal/LW103.md"),
    part: Some("knowledge"),
    stage: Some("context"),
    seen: Seen::Failures(detect),
};

fn detect(trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
    let seen = trial.seen();
    let is_gold = |passage: &FoundPassage| trial.gold.iter().any(|span| span.is_met_by(passage));
    if declines(trial.answer()) {
        return None;
    }
    if trial.gold.is_empty() {
        return drowns_out_a_tool(trial, evidence, &seen);
    }
    if !seen.iter().any(|passage| is_gold(passage)) {
        return None;
    }
    let cited = Citations::of(trial.answer(), seen.len()).shown;
    if !cited.is_empty() && !cited.iter().any(|place| is_gold(seen[*place])) {
        return Some("the answer cites passages that do not hold the evidence".to_owned());
    }
    let gold = gold_texts(trial, evidence, &seen);
    let captor = seen.iter().find(|passage| captures(trial, passage, &gold))?;
    let place = if is_gold(captor) { "another sentence of the right passage" } else { "another passage" };
    Some(format!("the answer is taken from {place}"))
}

/// Whether the needed calls were made rightly, and the answer copies a passage all the same.
fn drowns_out_a_tool(trial: &TrialEvidence, evidence: &Evidence, seen: &[&FoundPassage]) -> Option<String> {
    let slips = calls::slips(trial, evidence)?;
    let was_told = trial.acted.trace.tool_calls().next().is_some() && slips.missing.is_empty();
    let copies = |text: &str| repeats(trial.answer(), text, COPIED_RUN);
    let from_passage = seen.iter().any(|passage| copies(&passage.text));
    let from_tool = trial.acted.trace.tool_calls().any(|used| copies(used.result));
    (was_told && calls::misargued(trial).is_empty() && from_passage && !from_tool)
        .then(|| "the answer is taken from a passage, where a tool had told it".to_owned())
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
