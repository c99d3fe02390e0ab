//! The record of questions to the vault. No case is named here: they are sealed.

use loopwright_core::{Decision, GateQuery};
use maud::{Markup, PreEscaped, html};

use super::grid::{Kind, column, grid};
use super::words::{change_of, decision, verdict};
use crate::gate::{endpoints, explained, gate_name};
use crate::number::{difference, difference_range, level};
use crate::svg::{Scale, Series, interval_row};
use crate::words::money;
use crate::{LoopReport, Units, escape};

pub(super) fn section(report: &LoopReport, units: &Units) -> Markup {
    if report.gate_queries.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "What the vault was asked" }
            p.lede { "Each question is a fact, whatever the answer, and each makes the next one harder to win. "
                "Only the verdict and rounded intervals come out." }
            @for query in &report.gate_queries { (one(query, units)) }
        }
    }
}

fn one(query: &GateQuery, units: &Units) -> Markup {
    let outcome = &query.outcome;
    let columns = [
        column("endpoint", Kind::Text),
        column("difference", Kind::Number),
        column("verdict", Kind::Text),
        column("around no difference", Kind::Drawing),
    ];
    let rows: Vec<Vec<Markup>> = endpoints(outcome)
        .map(|(role, endpoint)| {
            let (unit, by) = (units.unit_of(endpoint), &endpoint.difference);
            let furthest = by.low.abs().max(by.high.abs()).max(endpoint.margin);
            let reach = if furthest.is_finite() && furthest > 0.0 { furthest * 1.1 } else { 1.0 };
            let label = format!("{}: {} ({})", endpoint.metric, difference(unit, by.point), difference_range(unit, by));
            let scale = Scale { low: -reach, high: reach };
            vec![
                html! { (endpoint.metric) " " span.interval { (role) } },
                change_of(endpoint, units),
                verdict(&crate::gate::verdict(outcome, endpoint), endpoint, units),
                PreEscaped(interval_row(&label, scale, Some(0.0), &[(Series(1), by)])),
            ]
        })
        .collect();
    html! {
        article.query {
            h3 { "Query " (query.number) " · " (gate_name(outcome.kind)) " " (decision(&outcome.decision)) }
            (why(&outcome.decision))
            (grid(&format!("Endpoints of query {}", query.number), &columns, &rows))
            @if let Some(words) = explained(outcome) { p.note { (words) "." } }
            p.note {
                code { (query.candidate.short()) } " against " code { (query.incumbent.short()) } " on "
                (query.cases) " sealed cases × " (query.trials) " trials an arm, both measured afresh; significance level in force "
                (level(outcome.alpha)) "; " (money(query.cost.money)) "."
            }
        }
    }
}

fn why(decision: &Decision) -> Markup {
    html! {
        @match decision {
            Decision::Accept => {}
            Decision::Reject { reason } => { p { (escape(reason)) "." } }
            Decision::Inconclusive { reason, next_step } => { p { (escape(reason)) ". Next: " (escape(next_step)) "." } }
        }
    }
}
