//! Intervals that no other file covers hold the truth as often as their documentation says.

use crate::population::Tally;
use crate::samples::{count, fewer_tokens, ratings, shifted_groups, value};
use loopwright_stats::{
    BetaPosterior, BootstrapKind, Coefficient, Item, Level, Resampling, SeededRng, Weights, agreement_estimate,
    bootstrap_mean, difference, mean, newcombe, ratio_of_means,
};

#[track_caller]
fn within(name: &str, tally: Tally, range: std::ops::RangeInclusive<f64>) {
    assert!(range.contains(&tally.share()), "{name}: {tally:?}");
}

/// Means of skewed token counts (Gamma of shape 2), alone and in groups that resemble each other.
#[test]
fn means() {
    let mut rng = SeededRng::new(51_001);
    let (mut alone, mut grouped) = (Tally::default(), Tally::default());
    for cases in [50_usize, 100, 300] {
        for _ in 0..600 {
            let items: Vec<Item> = (0..cases).map(|case| Item::new(case.to_string(), value(rng.gamma(2.0)))).collect();
            alone.note(mean(&items, Level::P95).expect("items").covers(2.0));
            let items: Vec<Item> = (0..cases / 5)
                .flat_map(|group| {
                    let shared = rng.normal();
                    let members: Vec<f64> = (0..5).map(|_| shared + rng.normal()).collect();
                    members.into_iter().map(move |x| Item::new(group.to_string(), value(x)))
                })
                .collect();
            grouped.note(mean(&items, Level::P95).expect("items").covers(0.0));
        }
    }
    within("mean", alone, 0.93..=0.97);
    within("mean of groups", grouped, 0.93..=0.97);
}

/// Paired differences of graded outcomes whose cases come in groups.
#[test]
fn differences_of_groups() {
    let mut rng = SeededRng::new(51_002);
    let mut tally = Tally::default();
    for groups in [10_usize, 30, 100] {
        for _ in 0..600 {
            let items = shifted_groups(groups, &mut rng);
            tally.note(difference(&items).expect("pairs").estimate(Level::P95).covers(0.2));
        }
    }
    within("difference of groups", tally, 0.93..=0.97);
}

/// Two independent arms of unequal size.
#[test]
fn independent_differences() {
    let mut rng = SeededRng::new(51_003);
    let mut tally = Tally::default();
    for (n, m) in [(15_u64, 30_u64), (60, 60), (200, 80)] {
        for (p, q) in [(0.1, 0.2), (0.5, 0.5), (0.8, 0.95), (0.3, 0.9)] {
            for _ in 0..400 {
                let (a, b) = (count(n, p, &mut rng), count(m, q, &mut rng));
                tally.note(newcombe(a, b, Level::P95).covers(q - p));
            }
        }
    }
    within("Newcombe", tally, 0.93..=0.97);
}

/// A ratio of two means of paired token counts.
#[test]
fn ratios() {
    let mut rng = SeededRng::new(51_004);
    let mut tally = Tally::default();
    for cases in [20_usize, 50, 150] {
        for _ in 0..800 {
            let items = fewer_tokens(cases, &mut rng);
            tally.note(ratio_of_means(&items).expect("pairs").estimate(Level::P95).covers(0.7));
        }
    }
    within("ratio of means", tally, 0.93..=0.97);
}

/// The bootstrap of a mean of normal values, within its domain: it falls short in small samples, and says so.
#[test]
fn bootstraps() {
    let mut rng = SeededRng::new(51_005);
    for kind in [BootstrapKind::Percentile, BootstrapKind::Bca] {
        let mut tally = Tally::default();
        for cases in [40_usize, 80] {
            for round in 0..300 {
                let items: Vec<Item> =
                    (0..cases).map(|case| Item::new(case.to_string(), value(rng.normal()))).collect();
                let resampling = Resampling { kind, draws: 400, seed: round };
                tally.note(bootstrap_mean(&items, resampling, Level::P95).expect("items").covers(0.0));
            }
        }
        within(&format!("{kind:?}"), tally, 0.91..=0.97);
    }
}

/// The posterior of a rate, averaged over its own prior: exactly as often as it says.
#[test]
fn posteriors() {
    let mut rng = SeededRng::new(51_006);
    let mut tally = Tally::default();
    for trials in [3_u64, 10, 40] {
        for _ in 0..2_000 {
            let p = rng.unit();
            tally.note(BetaPosterior::of(count(trials, p, &mut rng)).estimate(Level::P95).covers(p));
        }
    }
    within("Beta posterior", tally, 0.94..=0.96);
}

/// Cohen's kappa of two raters of known agreement, by the bootstrap over units.
#[test]
fn kappas() {
    let mut rng = SeededRng::new(51_007);
    let mut tally = Tally::default();
    for round in 0..300 {
        let ratings = ratings(&mut rng);
        let resampling = Resampling { kind: BootstrapKind::Percentile, draws: 400, seed: round };
        let cohen = Coefficient::Cohen(Weights::Nominal);
        tally.note(agreement_estimate(&ratings, cohen, resampling, Level::P95).expect("agreement").covers(0.36));
    }
    within("kappa", tally, 0.91..=0.98);
}
