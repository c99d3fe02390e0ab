//! Cases that pass more or less often than before, one a line.

use loopwright_core::Unit;

use crate::number::{difference, value};
use crate::palette::{Palette, Tone};
use crate::table::{Align, Cell, Table};
use crate::{CaseShift, escape};

/// The cases as they are given. Empty when there are none.
pub fn case_shifts(shifts: &[CaseShift], palette: Palette) -> String {
    let several = shifts.first().is_some_and(|first| shifts.iter().any(|other| other.candidate != first.candidate));
    let mut table = Table::new([
        ("case".into(), Align::Left),
        ("before".into(), Align::Right),
        ("after".into(), Align::Right),
        ("change".into(), Align::Right),
    ]);
    for CaseShift { candidate, case, before, after } in shifts {
        let name = if several { format!("{case} ({candidate})") } else { case.to_string() };
        let tone = if after > before { Tone::Good } else { Tone::Bad };
        table.row(vec![
            Cell::new(escape(&name)),
            Cell::new(value(Unit::Share, *before)),
            Cell::new(value(Unit::Share, *after)),
            Cell::toned(tone, difference(Unit::Share, after - before)),
        ]);
    }
    table.render(palette)
}
