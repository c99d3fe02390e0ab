//! The errors of tests where there is nothing to find: at most the nominal level and two standard errors.

use crate::population::{Population, Spread, Tally};
use crate::samples::{graded, run, shifted, tokens_at_target};
use loopwright_stats::{
    Adjustment, Level, PairedItem, SeededRng, Side, adjusted, cautious_rate_difference, difference,
    equivalence_p_value, ratio_of_means, wilcoxon,
};

const LEVEL: f64 = 0.05;

/// Holds that an error of nominal 5 % is no more frequent.
#[track_caller]
fn holds(name: &str, tally: Tally) {
    assert!(tally.share() <= LEVEL + 2.0 * tally.error(LEVEL), "{name}: {tally:?}");
}

/// Draws one difference.
type Law = fn(&mut SeededRng) -> f64;

/// Signed ranks under differences that are symmetric around 0: continuous, heavy-tailed, and coarse with many ties.
#[test]
fn signed_ranks() {
    let mut rng = SeededRng::new(41_001);
    let laws: [(&str, Law); 3] = [
        ("normal", |rng| rng.normal()),
        ("heavy", |rng| rng.normal() / rng.unit().max(1e-3)),
        ("coarse", |rng| rng.below(5) as f64 - 2.0),
    ];
    for (name, draw) in laws {
        let mut tally = Tally::default();
        for cases in [8_usize, 15, 40] {
            for _ in 0..1_000 {
                let items: Vec<PairedItem> = (0..cases).map(|case| graded(0.0, draw(&mut rng), case)).collect();
                tally.note(wilcoxon(&items).p.two_sided <= LEVEL);
            }
        }
        holds(name, tally);
    }
}

/// Equivalence is claimed of two arms that differ by exactly the margin.
#[test]
fn equivalence_at_the_margin() {
    let mut rng = SeededRng::new(41_002);
    let (mut graded_arms, mut binary) = (Tally::default(), Tally::default());
    for cases in [20_usize, 60, 200] {
        for _ in 0..800 {
            let items = shifted(0.3, cases, &mut rng);
            graded_arms.note(equivalence_p_value(&difference(&items).expect("pairs"), 0.3) <= LEVEL);
            // B loses 5 points on every case.
            let population = Population { mean: 0.7, spread: Spread::Beta(0.2) };
            let items: Vec<PairedItem> = (0..cases)
                .map(|case| {
                    let p = population.case(&mut rng);
                    PairedItem::new(case.to_string(), run(p, 3, &mut rng), run(p * (1.0 - 0.05 / 0.7), 3, &mut rng))
                })
                .collect();
            binary.note(equivalence_p_value(&cautious_rate_difference(&items).expect("pairs"), 0.05) <= LEVEL);
        }
    }
    holds("graded", graded_arms);
    holds("binary", binary);
}

/// The token target of a cut: B takes exactly the target's share of A's tokens.
#[test]
fn a_ratio_at_the_target() {
    let mut rng = SeededRng::new(41_003);
    for shape in [2.0, 8.0] {
        let mut tally = Tally::default();
        for cases in [20_usize, 50, 150] {
            for _ in 0..800 {
                let items = tokens_at_target(cases, shape, &mut rng);
                let bound = ratio_of_means(&items).expect("pairs").bound(Side::Upper, Level::P95);
                tally.note(bound < 0.9);
            }
        }
        holds(&format!("ratio, shape {shape}"), tally);
    }
}

/// Many tests at once: Holm rejects no true null in 95 of 100 families; under Benjamini–Hochberg at most 5 % of what is
/// rejected is a true null.
#[test]
fn families_of_tests() {
    let mut rng = SeededRng::new(41_004);
    let mut holm = Tally::default();
    let (mut share_of_false, rounds) = (0.0, 4_000);
    for _ in 0..rounds {
        // Ten true nulls and ten false ones.
        let p: Vec<f64> = (0..20).map(|test| if test < 10 { rng.unit() } else { rng.unit().powi(6) }).collect();
        let rejected = |adjustment| {
            let adjusted = adjusted(&p, adjustment).expect("p-values");
            let count = |range: std::ops::Range<usize>| adjusted[range].iter().filter(|p| **p <= LEVEL).count();
            (count(0..10), count(10..20))
        };
        holm.note(0 < rejected(Adjustment::Holm).0);
        let (wrong, right) = rejected(Adjustment::BenjaminiHochberg);
        share_of_false += wrong as f64 / (wrong + right).max(1) as f64;
    }
    holds("Holm", holm);
    let share = share_of_false / f64::from(rounds);
    assert!((0.015..=LEVEL).contains(&share), "half of the tests are true nulls, so some 2.5 % are expected: {share}");
}
