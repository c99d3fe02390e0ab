//! Where the agent stands: the figures at a glance, the metrics, how reliability falls with k, the arms compared.

use loopwright_core::{ArmSummary, Estimate, Unit};
use maud::{Markup, PreEscaped, html};

use super::grid::{Kind, column, grid};
use super::words::{change_of, estimate, verdict};
use crate::svg::{Curve, Scale, Series, interval_row, pass_curve};
use crate::words::{TOO_FEW, counted, listed, money};
use crate::{Fate, LoopReport, Units, range, steadiness, value};

/// One side of every figure: before and after, or the arms of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) name: &'a str,
    pub(super) series: Series,
    pub(super) arm: &'a ArmSummary,
}

pub(super) fn sides(report: &LoopReport) -> Vec<Side<'_>> {
    let before = report.before.arms.first();
    let after = report.after.as_ref().and_then(|after| after.arms.first());
    let named: Vec<(&str, &ArmSummary)> = match (before, after) {
        (Some(before), Some(after)) => vec![("before", before), ("after", after)],
        _ => report.before.arms.iter().map(|arm| (arm.arm.as_str(), arm)).collect(),
    };
    let numbered = named.into_iter().enumerate();
    numbered.map(|(index, (name, arm))| Side { name, series: Series(index), arm }).collect()
}

/// The few figures that say most.
pub(super) fn glance(report: &LoopReport) -> Markup {
    let sides = sides(report);
    let (Some(first), Some(last)) = (sides.first(), sides.last()) else { return html! {} };
    let moved = report.after.is_some();
    let primary = |side: &Side<'_>| side.arm.metrics.first().and_then(|metric| metric.estimate.clone());
    let name = first.arm.metrics.first().map(|metric| metric.metric.to_string()).unwrap_or_default();
    let unit = first.arm.metrics.first().map_or(Unit::Share, |metric| metric.unit);
    let k = first.arm.all_of_k.len().min(last.arm.all_of_k.len());
    let power = |side: &Side<'_>| side.arm.all_of_k.get(k.wrapping_sub(1)).cloned();
    let accepted = report.attempts.iter().filter(|attempt| attempt.fate == Fate::Accepted).count();
    let from = |estimate: Option<Estimate>| estimate.filter(|_| moved);
    html! {
        dl.glance {
            (figure(&name, unit, from(primary(first)), primary(if moved { last } else { first })))
            @if k > 1 {
                (figure(&format!("pass^{k}"), Unit::Share, from(power(first)), power(if moved { last } else { first })))
            }
            @if !report.attempts.is_empty() {
                div { dt { "changes accepted" } dd { strong { (accepted) } " of " (report.attempts.len()) " tried" } }
            }
            div { dt { "cost" } dd { strong { (money(report.cost.money)) } span.interval { (crate::number::fixed(report.cost.usage.total() as f64, 0)) " tokens" } } }
        }
    }
}

fn figure(name: &str, unit: Unit, from: Option<Estimate>, to: Option<Estimate>) -> Markup {
    html! {
        @if let Some(to) = to {
            div {
                dt { (name) }
                dd {
                    @if let Some(from) = from {
                        span.from { (value(unit, from.point)) } span.arrow { " → " }
                    }
                    strong { (value(unit, to.point)) }
                    span.interval { (range(unit, &to)) }
                }
            }
        }
    }
}

pub(super) fn section(report: &LoopReport) -> Markup {
    let sides = sides(report);
    html! {
        section {
            h2 { "Where it stands" }
            @for side in &sides { (steady(side, sides.len() > 1)) }
            (legend(&sides))
            (metrics(&sides))
            (curve(&sides))
            @if !report.before.unscored.is_empty() {
                p.note {
                    "Without a score: "
                    @for (index, (class, number)) in report.before.unscored.iter().enumerate() {
                        @if index > 0 { ", " }
                        (number) " " (crate::escape(class))
                    }
                    ". They are counted in no metric, neither as passes nor as failures."
                }
            }
        }
    }
}

fn steady(side: &Side<'_>, several: bool) -> Markup {
    let flaky = &side.arm.steadiness.flaky_cases;
    html! {
        p.lede {
            @if several { span class={ "who " (side.series.class()) } { (side.name) ": " } }
            (steadiness(&side.arm.steadiness)) "."
            @if !flaky.is_empty() {
                span.note { " Flaky: " (listed(flaky, 4)) "." }
            }
        }
    }
}

/// What mark and colour belong to which side.
pub(super) fn legend(sides: &[Side<'_>]) -> Markup {
    html! {
        @if sides.len() > 1 {
            p.legend {
                @for side in sides {
                    span {
                        svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true" { (side.series.mark()) }
                        " " (side.name)
                    }
                }
            }
        }
    }
}

fn metrics(sides: &[Side<'_>]) -> Markup {
    let Some(first) = sides.first() else { return html! {} };
    let mut columns = vec![column("metric", Kind::Text)];
    columns.extend(sides.iter().map(|side| column(if sides.len() > 1 { side.name } else { "estimate" }, Kind::Number)));
    columns.push(column("shares from 0 to 100 %, others from 0", Kind::Drawing));
    let rows = first.arm.metrics.iter().map(|metric| {
        let estimates: Vec<(Series, Option<&Estimate>)> = sides
            .iter()
            .map(|side| {
                let same = side.arm.metrics.iter().find(|other| other.metric == metric.metric);
                (side.series, same.and_then(|same| same.estimate.as_ref()))
            })
            .collect();
        let mut cells = vec![html! { (metric.metric) }];
        cells.extend(estimates.iter().map(|(_, one)| match one {
            Some(one) => estimate(metric.unit, one),
            None if metric.cases > 0 => html! { (TOO_FEW) },
            None => html! { "unscored" },
        }));
        cells.push(drawing(metric.metric.as_str(), metric.unit, &estimates));
        cells
    });
    grid("Metrics under the plain condition", &columns, &rows.collect::<Vec<_>>())
}

fn drawing(name: &str, unit: Unit, estimates: &[(Series, Option<&Estimate>)]) -> Markup {
    let lanes: Vec<(Series, &Estimate)> =
        estimates.iter().filter_map(|(series, one)| Some((*series, (*one)?))).collect();
    let scale = match unit {
        Unit::Share => Scale::SHARE,
        _ => Scale::around(lanes.iter().flat_map(|(_, one)| [one.low, one.high])),
    };
    let told: Vec<String> =
        lanes.iter().map(|(_, one)| format!("{} ({})", value(unit, one.point), range(unit, one))).collect();
    PreEscaped(interval_row(&format!("{name}: {}", told.join("; ")), scale, None, &lanes))
}

fn curve(sides: &[Side<'_>]) -> Markup {
    if sides.iter().all(|side| side.arm.all_of_k.len() < 2) {
        return html! {};
    }
    let curves: Vec<Curve<'_>> =
        sides.iter().map(|side| Curve { name: side.name, series: side.series, points: &side.arm.all_of_k }).collect();
    let told: Vec<String> = sides
        .iter()
        .map(|side| {
            let shares: Vec<String> = side.arm.all_of_k.iter().map(|one| value(Unit::Share, one.point)).collect();
            format!("{}: {}", side.name, shares.join(", "))
        })
        .collect();
    html! {
        figure {
            (PreEscaped(pass_curve(&format!("pass^k for k from 1. {}", told.join("; ")), &curves)))
            figcaption { "How often all of k trials of a case pass. The steeper it falls, the more a single pass owes to luck." }
        }
    }
}

/// The arms of one run against its first.
pub(super) fn compared(report: &LoopReport, units: &Units) -> Markup {
    let between: Vec<_> = report.before.comparisons.iter().filter(|one| one.baseline != one.candidate).collect();
    if report.after.is_some() || between.is_empty() {
        return html! {};
    }
    let columns = [
        column("comparison", Kind::Text),
        column("metric", Kind::Text),
        column("difference", Kind::Number),
        column("verdict", Kind::Text),
        column("cases", Kind::Text),
    ];
    let rows = between.iter().map(|one| {
        let (fixed, broken) = (one.fixed.len() as u64, one.broken.len() as u64);
        vec![
            html! { (one.candidate) " against " (one.baseline) },
            html! { (one.metric) },
            change_of(one, units),
            verdict(&one.change.to_string(), one, units),
            html! { (counted(fixed, "case", "cases")) " fixed, " (broken) " broken" },
        ]
    });
    html! {
        section {
            h2 { "Compared" }
            (grid("Arms of the run, paired by case", &columns, &rows.collect::<Vec<_>>()))
        }
    }
}
