//! What was tried, and what became of it.

use maud::{Markup, html};

use super::grid::{Kind, column, grid};
use super::words::{change_of, decision, fate};
use crate::{Attempt, Fate, LoopReport, Units, escape};

pub(super) fn section(report: &LoopReport, units: &Units) -> Markup {
    if report.attempts.is_empty() {
        return html! {};
    }
    let columns = [
        column("technique", Kind::Text),
        column("race on dev", Kind::Number),
        column("placebo", Kind::Number),
        column("gate on the vault", Kind::Number),
        column("fate", Kind::Text),
    ];
    let rows: Vec<Vec<Markup>> = report.attempts.iter().map(|attempt| row(attempt, units)).collect();
    html! {
        section {
            h2 { "What was tried" }
            p.lede { "Candidates are raced on dev beside a placebo that changes nothing, so that luck can be seen. Only what wins "
                "there is put to the vault, and the vault alone decides." }
            (grid("Changes tried, in order", &columns, &rows))
            @for attempt in report.attempts.iter().filter(|attempt| !attempt.diff.is_empty()) {
                details {
                    summary { "The change of " (escape(&attempt.technique)) }
                    (diff(&attempt.diff))
                }
            }
        }
    }
}

fn row(attempt: &Attempt, units: &Units) -> Vec<Markup> {
    let measured = |one: Option<&loopwright_core::Comparison>| match one {
        Some(one) => change_of(one, units),
        None => html! { "–" },
    };
    let gate = attempt.gate.as_ref();
    vec![
        html! {
            (escape(&attempt.technique))
            @if let Some(code) = attempt.finding { " " a href={ "#" (code) } { code { (code) } } }
            span.change { (escape(&attempt.change)) }
        },
        measured(attempt.race.as_ref()),
        measured(attempt.placebo.as_ref()),
        html! {
            (measured(gate.and_then(|gate| gate.endpoints.first())))
            @if let Some(gate) = gate { " " (decision(&gate.decision)) }
        },
        html! { (fate(&attempt.fate)) (why(&attempt.fate)) },
    ]
}

fn why(fate: &Fate) -> Markup {
    html! {
        @match fate {
            Fate::Accepted => {}
            Fate::Refused { reason } => { span.change { (escape(reason)) } }
            Fate::Open { reason, next_step } => { span.change { (escape(reason)) ". Next: " (escape(next_step)) } }
        }
    }
}

/// A diff, line by line: the sign says what the colour says.
fn diff(text: &str) -> Markup {
    html! {
        pre.diff tabindex="0" {
            @for line in text.lines() {
                @let kind = match line.chars().next() {
                    Some('+') => "added",
                    Some('-') => "removed",
                    _ => "kept",
                };
                span class=(kind) { (escape(line)) } "\n"
            }
        }
    }
}
