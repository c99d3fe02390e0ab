//! A run as text: arms × metrics, steadiness, perturbations, slices.

use loopwright_core::{ArmSummary, ConditionSummary, Estimate, RunStatus, Summary, Unit};

use super::comparison::comparisons;
use super::robustness::robustness;
use crate::number::{difference, difference_range, level, range, value};
use crate::palette::{Palette, Tone};
use crate::table::{Align, Cell, Table};
use crate::words::{SIMULATED, TOO_FEW, cost, counted, listed, steadiness, weakness, whole};
use crate::{Units, escape};

/// Most flaky cases that are named.
const FLAKY_SHOWN: usize = 5;

/// The whole of a run: head, metrics of each arm with pass^k, steadiness, perturbations, slices, the arms compared, and
/// what could not be scored.
pub fn summary(summary: &Summary, palette: Palette) -> String {
    let primary = primary_unit(summary);
    let mut parts = vec![head(summary, palette), metrics(summary, palette)];
    parts.push(steady(summary));
    parts.push(conditions(summary, primary, palette) + &robustness(summary, palette));
    parts.push(slices(summary, primary, palette));
    let between: Vec<_> = summary.comparisons.iter().filter(|one| one.baseline != one.candidate).cloned().collect();
    parts.push(comparisons(&between, &Units::of([summary]), palette));
    parts.push(foot(summary, palette));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn primary_unit(summary: &Summary) -> Unit {
    let metrics = summary.arms.iter().flat_map(|arm| arm.metrics.first());
    metrics.map(|metric| metric.unit).next().unwrap_or(Unit::Share)
}

fn head(summary: &Summary, palette: Palette) -> String {
    let measured = summary.arms.iter().flat_map(|arm| &arm.metrics).find(|metric| metric.estimate.is_some());
    let estimate = measured.and_then(|metric| metric.estimate.as_ref());
    let cases = measured.map_or(0, |metric| metric.cases);
    let groups = match estimate.map_or(cases, |estimate| estimate.n_items) {
        same if same == cases => String::new(),
        groups => format!(" in {}", counted(groups, "group", "groups")),
    };
    let trials = estimate.map_or(0, |estimate| estimate.n_trials);
    let size = format!("{}{groups}, {} an arm", counted(cases, "case", "cases"), counted(trials, "trial", "trials"));
    let suite = palette.paint(Tone::Strong, &format!("suite {}", summary.suite));
    let mut out = format!("{suite} · {size} · run {} · {}\n", summary.run, status(summary.status));
    if summary.simulated {
        out += &format!("{}\n", palette.paint(Tone::Warn, SIMULATED));
    }
    out
}

fn status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Unfinished => "unfinished",
        RunStatus::Complete => "complete",
        RunStatus::Degraded => "degraded: some trials died",
        RunStatus::Cancelled => "cancelled",
    }
}

fn metrics(summary: &Summary, palette: Palette) -> String {
    let several = summary.arms.len() > 1;
    let interval = format!("{} interval", level(summary.level));
    let mut table = Table::new(with_arm(
        several,
        "metric",
        [
            ("estimate".into(), Align::Right),
            (interval.into(), Align::Left),
            ("cases".into(), Align::Right),
            ("unscored".into(), Align::Right),
        ],
    ));
    for (index, name) in metric_names(summary).iter().enumerate() {
        for arm in &summary.arms {
            let Some(metric) = arm.metrics.iter().find(|metric| metric.metric.as_str() == name) else { continue };
            let unscored =
                if metric.unscored == 0 { Cell::none() } else { Cell::toned(Tone::Warn, whole(metric.unscored)) };
            let mut cells = estimated(metric.unit, metric.estimate.as_ref(), metric.cases);
            cells.push(unscored);
            table.row(named(several, name, arm, cells));
        }
        if index == 0 {
            powers(summary, several, &mut table);
        }
    }
    table.render(palette)
}

/// The names of all metrics, the primary one first.
fn metric_names(summary: &Summary) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for metric in summary.arms.iter().flat_map(|arm| &arm.metrics) {
        if !names.iter().any(|name| name == metric.metric.as_str()) {
            names.push(metric.metric.to_string());
        }
    }
    names
}

/// pass^2 and the largest k that was measured; the first is the primary metric itself.
fn powers(summary: &Summary, several: bool, table: &mut Table) {
    let largest = summary.arms.iter().map(|arm| arm.all_of_k.len()).max().unwrap_or(0);
    let mut shown = vec![2, largest];
    shown.dedup();
    for k in shown.into_iter().filter(|k| (2..=largest).contains(k)) {
        for arm in &summary.arms {
            let cases = arm.metrics.first().map_or(0, |primary| primary.cases);
            let mut cells = estimated(Unit::Share, arm.all_of_k.get(k - 1), cases);
            cells.push(Cell::none());
            table.row(named(several, &format!("pass^{k}"), arm, cells));
        }
    }
}

/// Point, interval and cases. What a measure is over a single case or group is not told: nobody could say how far to
/// trust it.
fn estimated(unit: Unit, estimate: Option<&Estimate>, cases: u64) -> Vec<Cell> {
    match estimate {
        None if cases == 0 => vec![Cell::toned(Tone::Warn, "unscored"), Cell::none(), Cell::none()],
        None => vec![Cell::none(), Cell::new(TOO_FEW), Cell::new(whole(cases))],
        Some(estimate) => vec![
            Cell::toned(Tone::Strong, value(unit, estimate.point)),
            Cell::new(range(unit, estimate)),
            Cell::new(whole(cases)),
        ],
    }
}

type Column = (std::borrow::Cow<'static, str>, Align);

fn with_arm<const N: usize>(several: bool, first: &'static str, rest: [Column; N]) -> Vec<Column> {
    let mut columns: Vec<Column> = vec![(first.into(), Align::Left)];
    if several {
        columns.push(("arm".into(), Align::Left));
    }
    columns.extend(rest);
    columns
}

fn named(several: bool, name: &str, arm: &ArmSummary, rest: Vec<Cell>) -> Vec<Cell> {
    let mut cells = vec![Cell::new(name)];
    if several {
        cells.push(Cell::new(arm.arm.as_str()));
    }
    cells.extend(rest);
    cells
}

fn steady(summary: &Summary) -> String {
    let several = summary.arms.len() > 1;
    let lines = summary.arms.iter().map(|arm| {
        let who = if several { format!("{}: ", arm.arm) } else { String::new() };
        let flaky = &arm.steadiness.flaky_cases;
        let names =
            if flaky.is_empty() { String::new() } else { format!("\n    flaky: {}", listed(flaky, FLAKY_SHOWN)) };
        format!("  {who}{}{names}\n", steadiness(&arm.steadiness))
    });
    lines.collect()
}

fn conditions(summary: &Summary, unit: Unit, palette: Palette) -> String {
    let several = summary.arms.len() > 1;
    let mut table = Table::new(with_arm(
        several,
        "under",
        [
            ("estimate".into(), Align::Right),
            ("interval".into(), Align::Left),
            ("against plain".into(), Align::Right),
            ("interval".into(), Align::Left),
            ("verdict".into(), Align::Left),
        ],
    ));
    let each = summary.arms.iter().flat_map(|arm| arm.conditions.iter().map(move |under| (arm, under)));
    for (arm, ConditionSummary { condition, estimate, drop }) in side_by_side(each, |(_, under)| &under.condition) {
        let tone = Tone::of_change(drop.change);
        let cells = vec![
            Cell::toned(Tone::Strong, value(unit, estimate.point)),
            Cell::new(range(unit, estimate)),
            Cell::toned(tone, difference(unit, drop.difference.point)),
            Cell::new(difference_range(unit, &drop.difference)),
            Cell::toned(tone, drop.change.to_string()),
        ];
        table.row(named(several, &condition.to_string(), arm, cells));
    }
    table.render(palette)
}

/// The rows with equal keys together, in the order in which each key came first: the arms stand under each other.
fn side_by_side<'a, T: 'a, K: PartialEq + 'a>(rows: impl Iterator<Item = T>, key: impl Fn(&T) -> &'a K) -> Vec<T> {
    let mut groups: Vec<(&K, Vec<T>)> = Vec::new();
    for row in rows {
        let key = key(&row);
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, group)) => group.push(row),
            None => groups.push((key, vec![row])),
        }
    }
    groups.into_iter().flat_map(|(_, group)| group).collect()
}

fn slices(summary: &Summary, unit: Unit, palette: Palette) -> String {
    let several = summary.arms.len() > 1;
    let each = || summary.arms.iter().flat_map(|arm| arm.slices.iter().map(move |slice| (arm, slice)));
    let has_weak = each().any(|(_, slice)| weakness(slice, summary.level).is_some());
    let mut columns = with_arm(
        several,
        "tag",
        [("estimate".into(), Align::Right), ("interval".into(), Align::Left), ("cases".into(), Align::Right)],
    );
    // Where no tag is worse than the rest, there is nothing to say about it.
    columns.extend(has_weak.then(|| ("against the rest".into(), Align::Left)));
    let mut table = Table::new(columns);
    for (arm, slice) in side_by_side(each(), |(_, slice)| &slice.tag) {
        let mut cells = estimated(unit, Some(&slice.estimate), slice.cases);
        if has_weak {
            cells.push(weakness(slice, summary.level).map_or(Cell::none(), |words| Cell::toned(Tone::Bad, words)));
        }
        table.row(named(several, slice.tag.as_str(), arm, cells));
    }
    table.render(palette)
}

fn foot(summary: &Summary, palette: Palette) -> String {
    let mut out = String::new();
    if !summary.unscored.is_empty() {
        let all: u64 = summary.unscored.iter().map(|(_, number)| number).sum();
        let classes: Vec<String> =
            summary.unscored.iter().map(|(class, number)| format!("{} {}", whole(*number), escape(class))).collect();
        let line = format!("{} without a score: {}", counted(all, "trial", "trials"), classes.join(", "));
        out += &format!("{}\n", palette.paint(Tone::Warn, &line));
    }
    out + &format!("cost: {}\n", cost(&summary.cost))
}
