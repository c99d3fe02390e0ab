//! The answer head: copy the span that seems to answer, cite it, or say that the answer is not known.

use crate::evidence::Source;
use crate::law::Choose;
use crate::record::{Record, field_text};
use crate::rule::Rule;
use crate::scene::Scene;
use crate::voice::changes;

/// Relevance at which evidence is as likely too weak as strong enough.
const ENOUGH: f64 = 0.45;
/// Log-odds of saying that the answer is not known: at `ENOUGH`, and for each unit that the evidence is weaker. With a
/// rule that is obeyed, with one that only says where answers come from, and without any.
const TOLD: (f64, f64) = (0.3, 12.0);
const HINTED: (f64, f64) = (-1.0, 9.0);
const UNTOLD: (f64, f64) = (-3.2, 4.0);
/// What a result adds to its own relevance: somebody has looked, and this is what there is.
const LOOKED_UP: f64 = 0.20;
/// What examples alone make of a rule that is not written, against one that is.
const UNWRITTEN: f64 = -2.0;
/// Fields of the same row that answer nearly as well come along.
const COMPANY: f64 = 0.08;
/// Bonus, in units of relevance, for the result of a change that was just made.
const CONFIRM: f64 = 0.30;
/// Bonus, in units of relevance, of a span that tells the reader what to say, for a profile that trusts it.
const SWAYED: f64 = 0.5;
/// Rows of a list that are said at most.
const MOST_ROWS: usize = 10;

const UNKNOWN: &str = "I do not know. I cannot find that in what I was given.";

/// An answer in words, with the passage that it was copied from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub text: String,
    /// The number of the passage, where the answer cites it.
    pub cited: Option<u32>,
}

/// Answers from the evidence.
pub(crate) fn answer(scene: &Scene<'_>, choose: &mut dyn Choose) -> Answer {
    let spans = &scene.evidence.spans;
    if spans.is_empty() || abstains(scene, choose) {
        return Answer { text: unknown(scene), cited: None };
    }
    let profile = scene.profile;
    let last = scene.reading.calls.iter().rposition(|call| call.this_turn && call.result.is_some());
    let changed = last.filter(|last| changes(scene.reading.calls[*last].name));
    let sway = SWAYED * profile.trust * (1.0 - scene.obeys(|rule| *rule == Rule::Distrust));
    let logits: Vec<f64> = spans
        .iter()
        .map(|span| {
            let fresh = changed.is_some() && span.source.call() == changed;
            let bonus = if fresh { CONFIRM } else { 0.0 } + if span.commands { sway } else { 0.0 };
            (span.utility + profile.gain * bonus) / profile.noise
        })
        .collect();
    let span = &spans[choose.pick(&logits)];
    let text = text_of(scene, span.source, span.relevance);
    let text = if changed.is_some() && span.source.call() == changed { confirm(scene, changed, text) } else { text };
    match span.source {
        Source::Sentence { number, .. } if number > 0 && cites(scene, choose) => Answer { text, cited: Some(number) },
        _ => Answer { text, cited: None },
    }
}

fn confirm(scene: &Scene<'_>, call: Option<usize>, text: String) -> String {
    let failed = call.and_then(|call| scene.reading.calls.get(call)).is_some_and(|call| call.failed());
    if failed { text } else { format!("Done. {text}") }
}

fn abstains(scene: &Scene<'_>, choose: &mut dyn Choose) -> bool {
    let (prose, results) = scene.evidence.strength();
    let looked_up = if scene.reading.answered_calls().next().is_some() { LOOKED_UP } else { 0.0 };
    let evidence = prose.unwrap_or(0.0).max(results.unwrap_or(0.0) + looked_up);
    let at = |(base, slope): (f64, f64)| base + slope * (ENOUGH - evidence);
    let firm = scene.rule(|rule| matches!(rule, Rule::Abstain { firm: true, .. }), shown(scene, says_unknown));
    let soft = scene.rule(|rule| matches!(rule, Rule::Abstain { firm: false, .. } | Rule::OnlyFrom), 0.0);
    let odds = match (firm, soft) {
        (Some((_, log_odds)), _) if choose.happens(log_odds) => TOLD,
        (None, Some((_, log_odds))) if choose.happens(log_odds) => HINTED,
        _ => UNTOLD,
    };
    choose.happens(at(odds))
}

/// What is said when the answer is not known: the rule's own words, if it gives some.
fn unknown(scene: &Scene<'_>) -> String {
    let said = scene.rules.iter().find_map(|rule| match &rule.rule {
        Rule::Abstain { say: Some(say), .. } => Some(say.clone()),
        _ => None,
    });
    said.unwrap_or_else(|| UNKNOWN.to_owned())
}

fn cites(scene: &Scene<'_>, choose: &mut dyn Choose) -> bool {
    let shown = shown(scene, |answer| answer.contains('[') && answer.trim_end().ends_with(']'));
    match scene.rule(|rule| *rule == Rule::Cite, shown) {
        Some((_, log_odds)) => choose.happens(log_odds),
        None if shown > 0.0 => choose.happens(scene.profile.compliance + UNWRITTEN + crate::rule::SHOWN * shown),
        None => false,
    }
}

/// The share of the examples' answers of which `holds` is true.
pub(crate) fn shown(scene: &Scene<'_>, holds: impl Fn(&str) -> bool) -> f64 {
    let answers = scene.reading.examples.iter().filter_map(|example| example.answer);
    let (held, all) = answers.fold((0, 0), |(held, all), answer| (held + u32::from(holds(answer)), all + 1));
    if all == 0 { 0.0 } else { f64::from(held) / f64::from(all) }
}

fn says_unknown(answer: &str) -> bool {
    let lower = answer.to_ascii_lowercase();
    ["not know", "cannot find", "can't find", "don't know", "not sure"].iter().any(|phrase| lower.contains(phrase))
}

fn text_of(scene: &Scene<'_>, source: Source<'_>, relevance: f64) -> String {
    let record = source.call().and_then(|call| scene.evidence.records.get(call)?.as_ref());
    match (source, record) {
        (Source::Sentence { text, .. } | Source::Said { text }, _) => one_line(text),
        (Source::Note { .. }, Some(Record::Note(text))) if !text.is_empty() => note(text),
        (Source::Field { row, .. }, Some(Record::Rows(rows))) => rows.get(row).map_or_else(String::new, |row_of| {
            let company = companions(scene, source, row, relevance);
            let named = row_of.0.iter().enumerate().filter(|(at, _)| company.contains(at));
            named.map(|(_, (name, value))| field_text(name, value)).collect::<Vec<_>>().join(", ")
        }),
        (Source::Row { row, .. }, Some(Record::Rows(rows))) => rows.get(row).map_or_else(String::new, |row| row.text()),
        (Source::List { .. }, Some(Record::Rows(rows))) => {
            rows.iter().take(MOST_ROWS).map(|row| row.text()).collect::<Vec<_>>().join("; ")
        }
        _ => "Nothing was found.".to_owned(),
    }
}

/// The chosen field, and the fields of its row that are nearly as relevant.
fn companions(scene: &Scene<'_>, chosen: Source<'_>, row: usize, relevance: f64) -> Vec<usize> {
    let spans = scene.evidence.spans.iter().filter(|span| span.source.call() == chosen.call());
    // A field that says nothing of what is asked is worth less than its whole row.
    let plain = spans.clone().find(|span| matches!(span.source, Source::Row { row: other, .. } if other == row));
    let least = (relevance - COMPANY).max(plain.map_or(0.0, |plain| plain.relevance));
    spans
        .filter_map(|span| match span.source {
            Source::Field { row: other, field, .. }
                if other == row && (span.source == chosen || span.relevance >= least) =>
            {
                Some(field)
            }
            _ => None,
        })
        .collect()
}

fn note(text: &str) -> String {
    match text.strip_prefix("error:") {
        Some(reason) => format!("I could not do that: {}.", reason.trim().trim_end_matches('.')),
        None => one_line(text),
    }
}

/// A sentence without its list mark, on one line.
fn one_line(text: &str) -> String {
    let text = text.trim_start_matches(['-', '*', '+']).trim();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
