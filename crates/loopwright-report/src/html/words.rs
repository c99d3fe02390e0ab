//! Estimates, differences and verdicts as markup.

use loopwright_core::{Change, Comparison, Decision, Estimate, Unit};
use maud::{Markup, html};

use crate::number::{difference, difference_range, level, range, value};
use crate::{Fate, Units};

/// `71.0 %` with its interval below.
pub(super) fn estimate(unit: Unit, estimate: &Estimate) -> Markup {
    html! {
        strong { (value(unit, estimate.point)) }
        " " span.interval { (range(unit, estimate)) }
    }
}

/// `+9.5 pp` with its interval below.
pub(super) fn change_of(comparison: &Comparison, units: &Units) -> Markup {
    let unit = units.unit_of(comparison);
    html! {
        strong { (difference(unit, comparison.difference.point)) }
        " " span.interval { (difference_range(unit, &comparison.difference)) }
    }
}

/// The verdict in this word, and below it the margin and level in force.
pub(super) fn verdict(word: &str, comparison: &Comparison, units: &Units) -> Markup {
    let margin = value(units.unit_of(comparison), comparison.margin).replace(" %", " pp");
    html! {
        (marked(comparison.change, word))
        " " span.interval { "margin " (margin) ", level " (level(comparison.difference.level)) }
    }
}

/// A mark and a word: colour comes on top.
pub(super) fn change(change: Change) -> Markup {
    marked(change, &change.to_string())
}

fn marked(change: Change, word: &str) -> Markup {
    let (mark, tone) = match change {
        Change::Improved => ("▲", "good"),
        Change::Regressed => ("▼", "bad"),
        Change::Equivalent => ("=", "even"),
        Change::Underpowered => ("?", "open"),
    };
    tag(mark, word, tone)
}

pub(super) fn decision(decision: &Decision) -> Markup {
    match decision {
        Decision::Accept => tag("✓", decision.word(), "good"),
        Decision::Reject { .. } => tag("✕", decision.word(), "bad"),
        Decision::Inconclusive { .. } => tag("?", decision.word(), "open"),
    }
}

pub(super) fn fate(fate: &Fate) -> Markup {
    match fate {
        Fate::Accepted => tag("✓", fate.word(), "good"),
        Fate::Refused { .. } => tag("✕", fate.word(), "bad"),
        Fate::Open { .. } => tag("?", fate.word(), "open"),
    }
}

fn tag(mark: &str, word: &str, tone: &str) -> Markup {
    html! { span class={ "tag " (tone) } { span aria-hidden="true" { (mark) " " } (word) } }
}
