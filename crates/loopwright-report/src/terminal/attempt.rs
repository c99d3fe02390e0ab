//! What was tried, as text.

use loopwright_core::Comparison;

use crate::number::{difference, difference_range};
use crate::palette::{Palette, Tone};
use crate::table::{Align, Cell, Table};
use crate::{Attempt, Fate, Units, escape};

/// The attempts as a table, and below it why each that was not accepted was not. Empty when there are none.
pub fn attempts(attempts: &[Attempt], units: &Units, palette: Palette) -> String {
    let mut table = Table::new([
        ("technique".into(), Align::Left),
        ("for".into(), Align::Left),
        ("race on dev".into(), Align::Left),
        ("gate on the vault".into(), Align::Left),
        ("fate".into(), Align::Left),
    ]);
    for attempt in attempts {
        let tone = tone(&attempt.fate);
        table.row(vec![
            Cell::new(&attempt.technique),
            attempt.finding.map_or_else(Cell::none, |code| Cell::toned(Tone::Literal, code.to_string())),
            attempt.race.as_ref().map_or_else(Cell::none, |race| Cell::new(in_short(race, units))),
            attempt
                .gate
                .as_ref()
                .and_then(|gate| gate.endpoints.first())
                .map_or_else(Cell::none, |first| Cell::new(in_short(first, units))),
            Cell::toned(tone, attempt.fate.word()),
        ]);
    }
    table.render(palette) + &attempts.iter().map(reasons).collect::<String>()
}

fn in_short(comparison: &Comparison, units: &Units) -> String {
    let unit = units.unit_of(comparison);
    let interval = difference_range(unit, &comparison.difference);
    format!("{} ({interval})", difference(unit, comparison.difference.point))
}

fn reasons(attempt: &Attempt) -> String {
    let what = format!("  {}: {}\n", escape(&attempt.technique), escape(&attempt.change));
    match &attempt.fate {
        Fate::Accepted => String::new(),
        Fate::Refused { reason } => format!("{what}    refused: {}\n", escape(reason)),
        Fate::Open { reason, next_step } => {
            format!("{what}    open: {}\n    next: {}\n", escape(reason), escape(next_step))
        }
    }
}

fn tone(fate: &Fate) -> Tone {
    match fate {
        Fate::Accepted => Tone::Good,
        Fate::Refused { .. } => Tone::Bad,
        Fate::Open { .. } => Tone::Warn,
    }
}
