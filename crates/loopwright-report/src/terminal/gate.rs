//! Gates as text: the decision, and the evidence that may be shown.

use loopwright_core::{Decision, GateKind, GateOutcome, GateQuery};

use super::comparison::rows_of;
use crate::number::level;
use crate::palette::{Palette, Tone};
use crate::words::{cost, counted};
use crate::{Units, escape};

/// What a gate decided and on what: never a case's name, as the cases may be sealed.
pub fn gate(outcome: &GateOutcome, units: &Units, palette: Palette) -> String {
    let decision = &outcome.decision;
    let word = palette.paint(Tone::of_decision(decision), decision.word());
    let mut out = format!("{}: {word}\n", palette.paint(Tone::Strong, gate_name(outcome.kind)));
    match decision {
        Decision::Accept => {}
        Decision::Reject { reason } => out += &format!("  why: {}\n", escape(reason)),
        Decision::Inconclusive { reason, next_step } => {
            out += &format!("  why: {}\n  next: {}\n", escape(reason), escape(next_step));
        }
    }
    let rows = outcome.endpoints.iter().enumerate().map(|(index, one)| {
        let role = if index == 0 { "primary" } else { "safeguard" };
        (format!("{} ({role})", one.metric), one)
    });
    out += &rows_of(&rows.collect::<Vec<_>>(), units, palette);
    out + &format!("  significance level in force: {}\n", level(outcome.alpha))
}

/// One question put to the vault.
pub fn gate_query(query: &GateQuery, units: &Units, palette: Palette) -> String {
    let size = format!("{} × {}", counted(query.cases, "sealed case", "sealed cases"), query.trials);
    let arms = format!("{} against {}", query.candidate.short(), query.incumbent.short());
    let head = format!("vault query {} of suite {}: {arms}, {size} trials an arm\n", query.number, query.suite);
    format!("{head}{}  cost: {}\n", gate(&query.outcome, units, palette), cost(&query.cost))
}

pub(crate) fn gate_name(kind: GateKind) -> &'static str {
    match kind {
        GateKind::Ci => "CI gate",
        GateKind::Promotion => "promotion gate",
        GateKind::TokenCut => "token-cut gate",
    }
}
