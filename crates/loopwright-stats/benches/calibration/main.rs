//! Coverage and error rates of every calibrated method, in more draws than a test can afford:
//! `cargo bench -p loopwright-stats --bench calibration -- [draws]`, 20,000 draws a row unless told otherwise.
//!
//! Each draw takes a size, a rate and a spread from the method's documented domain, so a row is an average over that
//! domain. Calibrated intervals should cover 93–97 % at nominal 95 %; intervals that are conservative by construction at
//! least 95 %; tests, and sequences that are looked at after every case, should err in at most 5 %. Three standard errors of
//! the draws are allowed for: with some fifty rows, of which several err in exactly 5 %, two would be exceeded by chance.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends at the first fault and prints")]

mod errors;
mod intervals;
mod peeking;

use std::process::ExitCode;

use loopwright_stats::SeededRng;

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

    /// Draws, prints the row, and says whether the promise holds.
    fn holds(&self, draws: u32, rng: &mut SeededRng) -> bool {
        let draws = (draws / self.cost).max(100);
        let hits = (0..draws).filter(|_| (self.draw)(rng)).count();
        let share = hits as f64 / f64::from(draws);
        let doubt = 3.0 * (0.95 * 0.05 / f64::from(draws)).sqrt();
        let (word, holds) = match self.promise {
            Promise::Calibrated => ("93–97 %", (0.93 - doubt..=0.97 + doubt).contains(&share)),
            Promise::Conservative => ("≥ 95 %", 0.95 - doubt <= share),
            Promise::Error => ("≤ 5 %", share <= 0.05 + doubt),
        };
        let mark = if holds { "" } else { "  MISSED" };
        println!("{:<50} {word:>8} {:>7.2} % of {draws:>6}{mark}", self.name, 100.0 * share);
        holds
    }
}

fn main() -> ExitCode {
    let draws = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    let mut rng = SeededRng::new(20_260_601);
    let mut missed = 0;
    for (title, rows) in [
        ("coverage of intervals at nominal 95 %", intervals::ROWS),
        ("errors of tests at nominal 5 %, where there is nothing to find", errors::ROWS),
        ("errors of sequences at nominal 5 %, looked at after every case", peeking::ROWS),
    ] {
        println!("\n{title}");
        missed += rows.iter().filter(|row| !row.holds(draws, &mut rng)).count();
    }
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One of `choices`.
fn one_of<T: Copy>(rng: &mut SeededRng, choices: &[T]) -> T {
    choices[rng.below(choices.len())]
}
