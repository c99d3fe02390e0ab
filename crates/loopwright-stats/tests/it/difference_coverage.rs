//! The paired difference: coverage, one-sided errors, verdicts and permutation under no difference.

use crate::population::{Population, Spread, Tally};
use crate::samples::run;
use loopwright_stats::{
    Better, Level, PairedItem, SeededRng, Side, Verdict, VerdictRule, cautious_rate_difference, rate_difference,
    sign_flip, verdict,
};

/// How arm B differs from arm A on a case.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// Not at all.
    None,
    /// The same population, independently drawn for each arm.
    Redrawn,
    /// A fifth of the cases loses half its failures.
    Fixes,
    /// A tenth of the cases swaps passing and failing.
    Swaps,
}

impl Change {
    fn apply(self, p: f64, population: Population, rng: &mut SeededRng) -> f64 {
        match self {
            Change::None => p,
            Change::Redrawn => population.case(rng),
            Change::Fixes => {
                if rng.flip(0.2) {
                    p + 0.5 * (1.0 - p)
                } else {
                    p
                }
            }
            Change::Swaps => {
                if rng.flip(0.1) {
                    1.0 - p
                } else {
                    p
                }
            }
        }
    }

    fn truth(self, mean: f64) -> f64 {
        match self {
            Change::None | Change::Redrawn => 0.0,
            Change::Fixes => 0.1 * (1.0 - mean),
            Change::Swaps => 0.1 * (1.0 - 2.0 * mean),
        }
    }
}

fn race(cases: usize, trials: u32, population: Population, change: Change, rng: &mut SeededRng) -> Vec<PairedItem> {
    (0..cases)
        .map(|case| {
            let a = population.case(rng);
            let b = change.apply(a, population, rng);
            PairedItem::new(case.to_string(), run(a, trials, rng), run(b, trials, rng))
        })
        .collect()
}

#[test]
fn differences_are_covered_and_one_sided_errors_hold() {
    let mut rng = SeededRng::new(31_001);
    let mut covered = [Tally::default(); 4];
    let (mut too_high, mut too_low) = ([Tally::default(); 4], [Tally::default(); 4]);
    for (position, cases) in [20_usize, 40, 100, 300].into_iter().enumerate() {
        for trials in [1_u32, 3, 5] {
            for mean in [0.05, 0.3, 0.6, 0.9, 0.98] {
                for spread in [Spread::Beta(0.3), Spread::AllOrNothing] {
                    for change in [Change::None, Change::Redrawn, Change::Fixes, Change::Swaps] {
                        let population = Population { mean, spread };
                        let truth = change.truth(mean);
                        for _ in 0..30 {
                            let found =
                                rate_difference(&race(cases, trials, population, change, &mut rng)).expect("pairs");
                            covered[position].note(found.estimate(Level::P95).covers(truth));
                            too_high[position].note(found.bound(Side::Lower, Level::P95) > truth);
                            too_low[position].note(found.bound(Side::Upper, Level::P95) < truth);
                        }
                    }
                }
            }
        }
    }
    println!("covered {:?}", covered.map(Tally::share));
    println!("lower {:?} upper {:?}", too_high.map(Tally::share), too_low.map(Tally::share));
    for tally in covered {
        assert!((0.93..=0.985).contains(&tally.share()), "{tally:?}");
    }
    for tally in too_high.into_iter().chain(too_low) {
        assert!(tally.share() <= 0.05 + 2.0 * tally.error(0.05), "{tally:?}");
    }
}

/// A gate that asks for a lower bound above 0, a verdict and a permutation test, when there is nothing to find.
#[test]
fn nothing_is_found_where_nothing_changed() {
    let mut rng = SeededRng::new(31_002);
    let rule = VerdictRule { margin: 0.0, level: Level::P95, better: Better::Higher };
    let (mut gate, mut said, mut flipped) = (Tally::default(), Tally::default(), Tally::default());
    for cases in [12_usize, 30, 60, 120] {
        for trials in [1_u32, 3] {
            for mean in [0.3, 0.6, 0.9] {
                let population = Population { mean, spread: Spread::Beta(0.4) };
                for round in 0..40 {
                    let items = race(cases, trials, population, Change::None, &mut rng);
                    let found = rate_difference(&items).expect("pairs");
                    gate.note(found.bound(Side::Lower, Level::P95) > 0.0);
                    said.note(matches!(verdict(&found, &rule), Verdict::Improved | Verdict::Regressed));
                    flipped.note(sign_flip(&items, round).p.greater <= 0.05);
                }
            }
        }
    }
    println!("gate {:.4} verdict {:.4} sign flip {:.4} of {}", gate.share(), said.share(), flipped.share(), gate.of);
    for tally in [gate, said, flipped] {
        assert!(tally.share() <= 0.05 + 2.0 * tally.error(0.05), "{tally:?}");
    }
}

/// A true difference at the margin is called equivalent at most as often as each one-sided test errs.
#[test]
fn equivalence_errs_at_most_at_the_level() {
    let mut rng = SeededRng::new(31_003);
    let rule = VerdictRule { margin: 0.05, level: Level::P95, better: Better::Higher };
    let (mut wrong, mut right) = (Tally::default(), Tally::default());
    for _ in 0..1_000 {
        let mut arms = |shift: f64| -> Vec<PairedItem> {
            (0..400)
                .map(|case| PairedItem::new(case.to_string(), run(0.8, 2, &mut rng), run(0.8 + shift, 2, &mut rng)))
                .collect()
        };
        wrong.note(verdict(&rate_difference(&arms(-0.05)).expect("pairs"), &rule) == Verdict::Equivalent);
        right.note(verdict(&rate_difference(&arms(0.0)).expect("pairs"), &rule) == Verdict::Equivalent);
    }
    println!("equivalent at the margin {:.4}, at no difference {:.4}", wrong.share(), right.share());
    assert!(wrong.share() <= 0.05 + 2.0 * wrong.error(0.05), "{wrong:?}");
    assert!(right.share() > 0.5, "{right:?}");
}

/// The whole change sits in one case in ten, which a small suite may miss: what the documentation warns of.
#[test]
fn rare_changes_need_the_cautious_difference() {
    let mut rng = SeededRng::new(31_004);
    let population = Population { mean: 0.9, spread: Spread::AllOrNothing };
    let truth = Change::Swaps.truth(0.9);
    for cases in [20_usize, 40, 100] {
        let (mut plain, mut cautious) = (Tally::default(), Tally::default());
        for _ in 0..2_000 {
            let items = race(cases, 3, population, Change::Swaps, &mut rng);
            plain.note(rate_difference(&items).expect("pairs").bound(Side::Lower, Level::P95) > truth);
            cautious.note(cautious_rate_difference(&items).expect("pairs").bound(Side::Lower, Level::P95) > truth);
        }
        println!("{cases} cases: plain {:.4} cautious {:.4}", plain.share(), cautious.share());
        assert!(cautious.share() < 0.10, "{cases} cases: {cautious:?}");
        assert!(cautious.share() <= plain.share() && plain.share() < 0.18, "{cases} cases: {plain:?}");
    }
}
