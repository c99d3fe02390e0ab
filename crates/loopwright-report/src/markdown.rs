//! Markdown for a comment on a change: verdict first, table, the cases that changed folded away.

use loopwright_core::{CaseKey, Change, Comparison, Decision, GateOutcome, Summary};

use crate::gate::{endpoints, explained, gate_name, verdict};
use crate::number::{difference, difference_range, level, range, value};
use crate::words::{SIMULATED, TOO_FEW, cost, listed, steadiness, weakness};
use crate::{Units, escape};

/// Most cases that are named as fixed, and as broken.
const CASES_SHOWN: usize = 30;

/// A run: the metrics of each arm.
pub fn summary(summary: &Summary) -> String {
    let mut out = format!("### {}\n\n{}", data(summary.suite.as_str()), simulated(summary.simulated));
    out +=
        &format!("| arm | metric | estimate | {} interval | cases |\n|---|---|---:|---|---:|\n", level(summary.level));
    for arm in &summary.arms {
        for metric in &arm.metrics {
            let (point, range, cases) = match &metric.estimate {
                None if metric.cases == 0 => ("unscored".to_owned(), "–".to_owned(), "–".to_owned()),
                None => ("–".to_owned(), TOO_FEW.to_owned(), metric.cases.to_string()),
                Some(estimate) => (
                    format!("**{}**", value(metric.unit, estimate.point)),
                    range(metric.unit, estimate),
                    metric.cases.to_string(),
                ),
            };
            let (arm, metric) = (data(arm.arm.as_str()), data(metric.metric.as_str()));
            out += &format!("| {arm} | {metric} | {point} | {range} | {cases} |\n");
        }
    }
    out.push('\n');
    for arm in &summary.arms {
        out += &format!("{}: {}.\n", data(arm.arm.as_str()), steadiness(&arm.steadiness));
        for slice in &arm.slices {
            if let Some(words) = weakness(slice, summary.level) {
                out += &format!("The tag {} is {}.\n", data(slice.tag.as_str()), data(&words));
            }
        }
    }
    out + &format!("\nCost: {}.\n", cost(&summary.cost))
}

/// Comparisons of one pair of arms, the primary metric first, and the cases that changed: not for sealed ones. `simulated`
/// adds the banner.
pub fn comparisons(comparisons: &[Comparison], units: &Units, simulated: bool) -> String {
    let Some(first) = comparisons.first() else { return "No comparison.\n".to_owned() };
    let heading = format!("### {} against {}: ", data(first.candidate.as_str()), data(first.baseline.as_str()));
    let mut out = format!("{heading}{}\n\n{}", change(first.change), self::simulated(simulated));
    out += &rows(comparisons.iter().map(|one| (data(one.metric.as_str()), change(one.change), one)), units);
    out += &folded("broken", &first.broken);
    out + &folded("fixed", &first.fixed)
}

/// What a gate decided and on what. No case is named.
pub fn gate(outcome: &GateOutcome, units: &Units, simulated: bool) -> String {
    let heading = format!("### {}: {}\n\n", gate_name(outcome.kind), outcome.decision.word());
    let why = match &outcome.decision {
        Decision::Accept => String::new(),
        Decision::Reject { reason } => format!("{}.\n\n", data(reason)),
        Decision::Inconclusive { reason, next_step } => {
            format!("{}. Next: {}.\n\n", data(reason), data(next_step))
        }
    };
    let endpoints = endpoints(outcome).map(|(role, one)| {
        (format!("{} ({role})", data(one.metric.as_str())), marked(one.change, &verdict(outcome, one)), one)
    });
    let explained = explained(outcome).map_or_else(String::new, |words| format!("{words}.\n"));
    format!("{heading}{}{why}{}{explained}", self::simulated(simulated), rows(endpoints, units))
}

fn simulated(simulated: bool) -> String {
    if simulated { format!("> **{SIMULATED}**\n\n") } else { String::new() }
}

/// A table of names, verdicts and the comparisons behind them.
fn rows<'a>(rows: impl Iterator<Item = (String, String, &'a Comparison)>, units: &Units) -> String {
    let mut out =
        "| metric | difference | interval | level | margin | verdict |\n|---|---:|---|---:|---:|---|\n".to_owned();
    for (name, verdict, one) in rows {
        let (unit, by) = (units.unit_of(one), &one.difference);
        let margin = value(unit, one.margin).replace(" %", " pp");
        let (point, interval) = (difference(unit, by.point), difference_range(unit, by));
        let level = level(by.level);
        out += &format!("| {name} | **{point}** | {interval} | {level} | {margin} | {verdict} |\n");
    }
    out + "\n"
}

fn change(change: Change) -> String {
    marked(change, &change.to_string())
}

fn marked(change: Change, word: &str) -> String {
    let mark = match change {
        Change::Improved => "▲",
        Change::Regressed => "▼",
        Change::Equivalent => "=",
        Change::Underpowered => "?",
    };
    format!("{mark} {word}")
}

fn folded(word: &str, cases: &[CaseKey]) -> String {
    if cases.is_empty() {
        return String::new();
    }
    let (count, names) = (cases.len(), data(&listed(cases, CASES_SHOWN)));
    format!("<details><summary>{count} {word}</summary>\n\n{names}\n\n</details>\n\n")
}

/// Data as text of a cell or a paragraph: it can neither end the cell, nor bring markup, nor call anyone by name.
fn data(text: &str) -> String {
    let mut out = String::new();
    for c in escape(text).chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '@' => out += "&#64;",
            ':' => out += "&#58;",
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stays_data() {
        let hostile = "@team <img src=x> [a](http://b) |`x` **b**\n# h";
        let safe = data(hostile);
        assert!(!safe.contains(['@', '<', '\n']), "{safe}");
        assert_eq!(data("a|b_c"), "a\\|b\\_c");
        assert!(!safe.contains("](http:"), "{safe}");
    }
}
