//! The headline interval covers the true rate as often as it says, over the domain that its documentation names.

use crate::population::{Population, SPREADS, Spread, Tally};
use crate::samples::run;
use loopwright_stats::{Item, Level, SeededRng, Side, Trials, rate, rate_bound};

const CASES: [usize; 6] = [5, 10, 20, 50, 100, 300];
const TRIALS: [u32; 4] = [1, 2, 5, 10];
const MEANS: [f64; 8] = [0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.98];
const SUITES_PER_CELL: usize = 40;

#[derive(Default)]
struct Margins {
    all: Tally,
    by_cases: [Tally; CASES.len()],
    by_trials: [Tally; TRIALS.len()],
    by_spread: [Tally; SPREADS.len()],
    by_mean: [Tally; MEANS.len()],
}

impl Margins {
    fn note(&mut self, cell: [usize; 4], held: bool) {
        self.all.note(held);
        self.by_cases[cell[0]].note(held);
        self.by_trials[cell[1]].note(held);
        self.by_spread[cell[2]].note(held);
        self.by_mean[cell[3]].note(held);
    }

    fn each(&self) -> Vec<(String, Tally)> {
        let mut all = vec![("all".to_owned(), self.all)];
        all.extend(CASES.iter().zip(self.by_cases).map(|(n, t)| (format!("{n} cases"), t)));
        all.extend(TRIALS.iter().zip(self.by_trials).map(|(k, t)| (format!("{k} trials"), t)));
        all.extend(SPREADS.iter().zip(self.by_spread).map(|(s, t)| (format!("{s:?}"), t)));
        all.extend(MEANS.iter().zip(self.by_mean).map(|(m, t)| (format!("mean {m}"), t)));
        all
    }
}

fn over_cells(mut visit: impl FnMut([usize; 4], usize, u32, Population)) {
    for (i, &cases) in CASES.iter().enumerate() {
        for (j, &trials) in TRIALS.iter().enumerate() {
            for (k, &spread) in SPREADS.iter().enumerate() {
                for (l, &mean) in MEANS.iter().enumerate() {
                    visit([i, j, k, l], cases, trials, Population { mean, spread });
                }
            }
        }
    }
}

/// 46,080 suites; cases are a sample of the population.
#[test]
fn sampled_cases_are_covered_as_stated() {
    let mut rng = SeededRng::new(20_260_101);
    let mut margins = Margins::default();
    let (mut lower, mut upper) = (Tally::default(), Tally::default());
    over_cells(|cell, cases, trials, population| {
        for _ in 0..SUITES_PER_CELL {
            let suite = population.suite(cases, trials, &mut rng);
            let estimate = rate(&suite, Level::P95).expect("a rate");
            margins.note(cell, estimate.covers(population.mean));
            lower.note(rate_bound(&suite, Side::Lower, Level::P95).expect("a bound") <= population.mean);
            upper.note(rate_bound(&suite, Side::Upper, Level::P95).expect("a bound") >= population.mean);
        }
    });
    for (name, tally) in margins.each() {
        println!("{name}: {:.4} of {}", tally.share(), tally.of);
    }
    println!("lower bound {:.4}, upper bound {:.4}", lower.share(), upper.share());
    for (name, tally) in margins.each() {
        assert!((0.93..=0.97).contains(&tally.share()), "{name}: covered {:.4}", tally.share());
    }
    for bound in [lower, upper] {
        assert!((0.93..=0.97).contains(&bound.share()), "{bound:?}");
    }
}

/// The same cases again, only the trials vary: the truth is the mean over those very cases, and the interval, made for
/// other cases too, is conservative.
#[test]
fn fixed_cases_are_covered_at_least_as_stated() {
    let mut rng = SeededRng::new(20_260_102);
    let mut covered = Tally::default();
    over_cells(|_, cases, trials, population| {
        for _ in 0..10 {
            let p: Vec<f64> = (0..cases).map(|_| population.case(&mut rng)).collect();
            let truth = p.iter().sum::<f64>() / cases as f64;
            let items: Vec<Item> =
                p.iter().enumerate().map(|(i, &p)| Item::new(i.to_string(), run(p, trials, &mut rng))).collect();
            let estimate = rate(&items, Level::P95).expect("a rate");
            covered.note(estimate.low <= truth + 1e-12 && truth <= estimate.high + 1e-12);
        }
    });
    println!("fixed cases: {:.4} of {}", covered.share(), covered.of);
    assert!(covered.share() >= 0.95 - 2.0 * covered.error(0.95), "{covered:?}");
}

/// Cases in groups whose members resemble each other; 0/1 and graded outcomes.
#[test]
fn grouped_cases_are_covered() {
    let mut rng = SeededRng::new(20_260_103);
    for graded in [false, true] {
        let mut all = Tally::default();
        let mut by_groups = [Tally::default(); 4];
        for (position, groups) in [5_usize, 10, 30, 100].into_iter().enumerate() {
            for size in [1_usize, 3, 10] {
                for rho in [0.0, 0.2, 0.6] {
                    for mean in [0.05, 0.2, 0.5, 0.8, 0.95] {
                        for _ in 0..60 {
                            let items = grouped(groups, size, Groups { mean, rho, graded }, &mut rng);
                            let held = rate(&items, Level::P95).expect("a rate").covers(mean);
                            all.note(held);
                            by_groups[position].note(held);
                        }
                    }
                }
            }
        }
        println!("graded {graded}: {:.4} of {}, by groups {:?}", all.share(), all.of, by_groups.map(Tally::share));
        assert!((0.93..=0.97).contains(&all.share()), "graded {graded}: {:.4}", all.share());
        for tally in by_groups {
            assert!((0.93..=0.98).contains(&tally.share()), "graded {graded}: {tally:?}");
        }
    }
}

#[derive(Clone, Copy)]
struct Groups {
    mean: f64,
    rho: f64,
    graded: bool,
}

fn grouped(groups: usize, size: usize, kind: Groups, rng: &mut SeededRng) -> Vec<Item> {
    let mut items = Vec::with_capacity(groups * size);
    for group in 0..groups {
        let spread = if kind.rho > 0.0 { Spread::Beta(kind.rho) } else { Spread::Alike };
        let mean = Population { mean: kind.mean, spread }.case(rng).clamp(1e-6, 1.0 - 1e-6);
        for _ in 0..size {
            let p = Population { mean, spread: Spread::Beta(0.3) }.case(rng);
            items.push(Item::new(group.to_string(), outcome(p, kind.graded, rng)));
        }
    }
    items
}

fn outcome(p: f64, graded: bool, rng: &mut SeededRng) -> Trials {
    if graded {
        let p = p.clamp(1e-6, 1.0 - 1e-6);
        Trials::values(&[rng.beta(6.0 * p, 6.0 * (1.0 - p)), rng.beta(6.0 * p, 6.0 * (1.0 - p))]).expect("finite")
    } else {
        run(p, 2, rng)
    }
}
