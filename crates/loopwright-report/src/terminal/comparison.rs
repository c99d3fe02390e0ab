//! Comparisons as text: difference, interval, verdict, and the cases that changed.

use loopwright_core::Comparison;

use crate::Units;
use crate::number::{difference, difference_range, level, value};
use crate::palette::{Palette, Tone};
use crate::table::{Align, Cell, Table};
use crate::words::{counted, listed};

/// Most cases that are named as fixed, and as broken.
const CASES_SHOWN: usize = 8;

/// Comparisons grouped by pair of arms, with the margin and level in force, and the cases that changed: not for sealed ones.
/// Empty when there are none.
pub fn comparisons(comparisons: &[Comparison], units: &Units, palette: Palette) -> String {
    let mut blocks: Vec<(String, Vec<&Comparison>)> = Vec::new();
    for one in comparisons {
        let pair = format!("{} against {}, paired by case", one.candidate, one.baseline);
        match blocks.iter_mut().find(|(name, _)| *name == pair) {
            Some((_, block)) => block.push(one),
            None => blocks.push((pair, vec![one])),
        }
    }
    let blocks = blocks.iter().map(|(pair, block)| {
        let rows: Vec<Row<'_>> = block.iter().copied().map(Row::of).collect();
        format!("{}\n{}{}", palette.paint(Tone::Strong, pair), rows_of(&rows, units, palette), changed(block, palette))
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// A comparison as a row of a table.
pub(super) struct Row<'a> {
    /// What is compared, in words.
    pub(super) name: String,
    /// What the difference amounts to, in words.
    pub(super) verdict: String,
    pub(super) comparison: &'a Comparison,
}

impl<'a> Row<'a> {
    fn of(comparison: &'a Comparison) -> Self {
        Self { name: comparison.metric.to_string(), verdict: comparison.change.to_string(), comparison }
    }
}

/// One row a comparison: never a case's name, so that it can show what a gate lets out.
pub(super) fn rows_of(rows: &[Row<'_>], units: &Units, palette: Palette) -> String {
    let levels: Vec<String> = rows.iter().map(|row| level(row.comparison.difference.level)).collect();
    // A level that all share is said once.
    let common = levels.first().filter(|first| levels.iter().all(|other| other == *first));
    let interval = common.map_or("interval".to_owned(), |level| format!("{level} interval"));
    let mut table = Table::new([
        ("metric".into(), Align::Left),
        ("difference".into(), Align::Right),
        (interval.into(), Align::Left),
        ("margin".into(), Align::Right),
        ("verdict".into(), Align::Left),
        ("detectable".into(), Align::Right),
    ]);
    for (Row { name, verdict, comparison: one }, level) in rows.iter().zip(&levels) {
        let unit = units.unit_of(one);
        let tone = Tone::of_change(one.change);
        let at = if common.is_some() { String::new() } else { format!(" at {level}") };
        table.row(vec![
            Cell::new(name),
            Cell::toned(tone, difference(unit, one.difference.point)),
            Cell::new(difference_range(unit, &one.difference) + &at),
            Cell::new(amount(units, one, one.margin)),
            Cell::toned(tone, verdict),
            // 0 stands for what cannot be said: no case differs, so there is nothing to plan by.
            if one.detectable > 0.0 { Cell::new(amount(units, one, one.detectable)) } else { Cell::none() },
        ]);
    }
    table.render(palette)
}

/// A difference without a sign.
fn amount(units: &Units, one: &Comparison, amount: f64) -> String {
    value(units.unit_of(one), amount).replace(" %", " pp")
}

/// The cases that changed, from the first comparison: the primary metric.
fn changed(block: &[&Comparison], palette: Palette) -> String {
    let Some(first) = block.first() else { return String::new() };
    let mut out = String::new();
    for (word, cases, tone) in [("fixed", &first.fixed, Tone::Good), ("broken", &first.broken, Tone::Bad)] {
        if !cases.is_empty() {
            let word = palette.paint(tone, &format!("{} {word}", cases.len()));
            out += &format!("  {word}: {}\n", listed(cases, CASES_SHOWN));
        }
    }
    if first.unpaired > 0 {
        out += &format!("  {} that only one arm could score left out\n", counted(first.unpaired, "case", "cases"));
    }
    out
}
