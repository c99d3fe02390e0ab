//! Gates as text: the decision, and the evidence that may be shown.

use loopwright_core::{Decision, GateOutcome, GateQuery};

use super::comparison::{Row, rows_of};
use crate::gate::{endpoints, explained, gate_name, verdict};
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
    let rows = endpoints(outcome).map(|(role, one)| Row {
        name: format!("{} ({role})", one.metric),
        verdict: verdict(outcome, one),
        comparison: one,
    });
    out += &rows_of(&rows.collect::<Vec<_>>(), units, palette);
    out.extend(explained(outcome).map(|words| format!("  {words}\n")));
    out + &format!("  significance level in force: {}\n", level(outcome.alpha))
}

/// One question put to the vault.
pub fn gate_query(query: &GateQuery, units: &Units, palette: Palette) -> String {
    let size = format!("{} × {}", counted(query.cases, "sealed case", "sealed cases"), query.trials);
    let arms = format!("{} against {}", query.candidate.short(), query.incumbent.short());
    let head = format!("vault query {} of suite {}: {arms}, {size} trials an arm\n", query.number, query.suite);
    format!("{head}{}  cost: {}\n", gate(&query.outcome, units, palette), cost(&query.cost))
}
