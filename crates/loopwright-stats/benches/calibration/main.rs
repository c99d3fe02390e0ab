//! Coverage and error rates of every calibrated method, in more draws than a test can afford:
//! `cargo bench -p loopwright-stats --bench calibration -- [draws]`, 20,000 draws a row unless told otherwise.
//!
//! Each draw takes a size, a rate and a spread from the method's documented domain, so a row is an average over that
//! domain. Calibrated intervals should cover 93–97 % at nominal 95 %; intervals that are conservative by construction at
//! least 95 %; tests, and sequences that are looked at after every case, should err in at most 5 %.
//!
//! A row is missed when its draws show that the promise is broken: when the exact one-sided bound of its share (Clopper and
//! Pearson 1934) lies outside. Many rows are looked at, and several err in exactly 5 %, so the bounds are at 1 − 5 %/rows
//! (Bonferroni): where every promise is kept, one run in twenty or fewer misses any.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark ends at the first fault and prints"
)]

mod errors;
mod intervals;
mod peeking;
#[path = "../../tests/it/samples.rs"]
mod samples;

use std::process::ExitCode;

use loopwright_stats::{Count, Level, ProportionInterval, SeededRng, Side, proportion_bound};

/// The chance that a run misses a row where every promise is kept.
const FALSE_ALARM: f64 = 0.05;

/// What a row must reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promise {
    /// Covers about as often as it says.
    Calibrated,
    /// Covers at least as often as it says.
    Conservative,
    /// Errs at most as often as it says.
    Error,
}

/// One method, and one draw of what it promises: whether the truth was covered, or whether it erred.
struct Row {
    name: &'static str,
    promise: Promise,
    /// Draws are divided by this, where one is slow.
    cost: u32,
    draw: fn(&mut SeededRng) -> bool,
}

impl Row {
    const fn calibrated(name: &'static str, draw: fn(&mut SeededRng) -> bool) -> Self {
        Self { name, promise: Promise::Calibrated, cost: 1, draw }
    }

    const fn conservative(name: &'static str, draw: fn(&mut SeededRng) -> bool) -> Self {
        Self { name, promise: Promise::Conservative, cost: 1, draw }
    }

    const fn error(name: &'static str, draw: fn(&mut SeededRng) -> bool) -> Self {
        Self { name, promise: Promise::Error, cost: 1, draw }
    }

    const fn slow(self, cost: u32) -> Self {
        Self { cost, ..self }
    }

    /// Draws, prints the row, and says whether the promise may hold: whether no bound at `level` speaks against it.
    fn holds(&self, draws: u32, level: Level, rng: &mut SeededRng) -> bool {
        let draws = u64::from((draws / self.cost).max(100));
        let hits = (0..draws).filter(|_| (self.draw)(rng)).count() as u64;
        let count = Count::new(hits, draws).unwrap();
        let share = 100.0 * hits as f64 / draws as f64;
        let bound = |side| proportion_bound(count, ProportionInterval::ClopperPearson, side, level);
        let (word, holds) = match self.promise {
            Promise::Calibrated => ("93–97 %", 0.93 <= bound(Side::Upper) && bound(Side::Lower) <= 0.97),
            Promise::Conservative => ("≥ 95 %", 0.95 <= bound(Side::Upper)),
            Promise::Error => ("≤ 5 %", bound(Side::Lower) <= 0.05),
        };
        let mark = if holds { "" } else { "  MISSED" };
        println!("{:<50} {word:>8} {share:>7.2} % of {draws:>6}{mark}", self.name);
        holds
    }
}

fn main() -> ExitCode {
    let draws = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    let mut rng = SeededRng::new(20_260_601);
    let parts = [
        ("coverage of intervals at nominal 95 %", intervals::ROWS),
        ("errors of tests at nominal 5 %, where there is nothing to find", errors::ROWS),
        ("errors of sequences at nominal 5 %, looked at after every case", peeking::ROWS),
    ];
    let rows: usize = parts.iter().map(|(_, rows)| rows.len()).sum();
    let level = Level::of_alpha(FALSE_ALARM / rows as f64).unwrap();
    let mut missed = 0;
    for (title, rows) in parts {
        println!("\n{title}");
        missed += rows.iter().filter(|row| !row.holds(draws, level, &mut rng)).count();
    }
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One of `choices`.
fn one_of<T: Copy>(rng: &mut SeededRng, choices: &[T]) -> T {
    choices[rng.below(choices.len())]
}
