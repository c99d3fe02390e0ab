//! What perturbations do, and where the agent is weak.

use loopwright_core::{ArmSummary, Condition, ConditionSummary, Estimate, Unit};
use maud::{Markup, PreEscaped, html};

use super::grid::{Kind, column, grid};
use super::robustness::robustness;
use super::standing::{Side, legend, sides};
use super::words::{change, estimate};
use crate::number::{difference, difference_range};
use crate::svg::{Scale, Series, interval_row, paired_row};
use crate::words::weakness;
use crate::{LoopReport, range, value};

/// The primary metric under each condition, paired with plain.
pub(super) fn perturbations(report: &LoopReport) -> Markup {
    let sides = sides(report);
    if sides.iter().all(|side| side.arm.conditions.is_empty()) {
        return html! {};
    }
    let columns = [
        column("condition", Kind::Text),
        column("estimate", Kind::Number),
        column("against plain", Kind::Number),
        column("verdict", Kind::Text),
        column("from plain, 0 to 100 %", Kind::Drawing),
    ];
    let rows = rows(&sides);
    html! {
        section {
            h2 { "What perturbations do" }
            p.lede { "The same cases made harder in a stated way, each paired with itself under the plain condition. "
                "The ring is plain, the mark is the condition." }
            (grid("Conditions and their paired drop", &columns, &rows))
            (robustness(&sides))
        }
    }
}

/// One row a condition and side, the sides of a condition under each other.
fn rows(sides: &[Side<'_>]) -> Vec<Vec<Markup>> {
    let mut conditions: Vec<&Condition> = Vec::new();
    for under in sides.iter().flat_map(|side| &side.arm.conditions) {
        if !conditions.contains(&&under.condition) {
            conditions.push(&under.condition);
        }
    }
    let of = |condition: &Condition| {
        let each = sides.iter().flat_map(|side| side.arm.conditions.iter().map(move |under| (side, under)));
        each.filter(|(_, under)| under.condition == *condition)
            .map(|(side, under)| row(side, under, sides.len() > 1))
            .collect()
    };
    conditions.into_iter().flat_map(|condition| -> Vec<Vec<Markup>> { of(condition) }).collect()
}

fn row(side: &Side<'_>, under: &ConditionSummary, several: bool) -> Vec<Markup> {
    let (unit, plain) = primary(side.arm);
    let by = &under.drop.difference;
    let label = format!("{}: {} from plain", under.condition, difference(unit, by.point));
    let drawing = plain.map(|plain| {
        let scale = scale(unit, [plain, &under.estimate]);
        PreEscaped(paired_row(&label, scale, plain, (side.series, &under.estimate)))
    });
    vec![
        html! { (under.condition) @if several { " " span class={ "who " (side.series.class()) } { (side.name) } } },
        estimate(unit, &under.estimate),
        html! { strong { (difference(unit, by.point)) } " " span.interval { (difference_range(unit, by)) } },
        change(under.drop.change),
        html! { @if let Some(drawing) = drawing { (drawing) } },
    ]
}

fn primary(arm: &ArmSummary) -> (Unit, Option<&Estimate>) {
    arm.metrics.first().map_or((Unit::Share, None), |metric| (metric.unit, metric.estimate.as_ref()))
}

fn scale<'a>(unit: Unit, estimates: impl IntoIterator<Item = &'a Estimate>) -> Scale {
    match unit {
        Unit::Share => Scale::SHARE,
        _ => Scale::around(estimates.into_iter().flat_map(|one| [one.low, one.high])),
    }
}

/// The primary metric by tag.
pub(super) fn slices(report: &LoopReport) -> Markup {
    let sides = sides(report);
    let Some(first) = sides.first().filter(|side| !side.arm.slices.is_empty()) else { return html! {} };
    let unit = primary(first.arm).0;
    let mut columns = vec![column("tag", Kind::Text), column("cases", Kind::Number)];
    columns.extend(sides.iter().map(|side| column(if sides.len() > 1 { side.name } else { "estimate" }, Kind::Number)));
    columns.push(column("against the rest", Kind::Text));
    columns.push(column(if unit == Unit::Share { "0 to 100 %" } else { "from 0" }, Kind::Drawing));
    let level = report.before.level;
    let rows = first.arm.slices.iter().map(|own| {
        let tag = &own.tag;
        let same = sides.iter().filter_map(|side| {
            let slice = side.arm.slices.iter().find(|other| other.tag == *tag);
            slice.map(|slice| (side.series, &slice.estimate))
        });
        let lanes: Vec<(Series, &Estimate)> = same.collect();
        let told: Vec<String> =
            lanes.iter().map(|(_, one)| format!("{} ({})", value(unit, one.point), range(unit, one))).collect();
        let scale = scale(unit, lanes.iter().map(|(_, one)| *one));
        let drawing = interval_row(&format!("{tag}: {}", told.join("; ")), scale, None, &lanes);
        let worse = weakness(own, level).map_or(html! { "–" }, |words| html! { (words) });
        let mut cells = vec![html! { (tag) }, html! { (own.cases) }];
        cells.extend(sides.iter().map(|side| {
            let one = lanes.iter().find(|(series, _)| *series == side.series);
            one.map_or(html! { "–" }, |(_, one)| estimate(unit, one))
        }));
        cells.extend([worse, PreEscaped(drawing)]);
        cells
    });
    html! {
        section {
            h2 { "Where it is weak" }
            p.lede {
                "By tag. A tag is called worse than the rest with all tags looked at together (Benjamini and Hochberg)."
            }
            (legend(&sides))
            (grid("The primary metric by tag", &columns, &rows.collect::<Vec<_>>()))
        }
    }
}
