//! The Beta–binomial interval of a few cases, and the bootstrap and t intervals of skewed means.

use crate::population::{Population, SPREADS, Tally};
use loopwright_stats::{
    BootstrapKind, Item, Level, PairedItem, Resampling, SeededRng, Trials, beta_binomial, bootstrap_mean, mean,
    ratio_of_means,
};

#[test]
fn beta_binomial_covers() {
    let mut rng = SeededRng::new(61_001);
    let mut covered = Tally::default();
    for cases in [5_usize, 12, 30] {
        for trials in [1_u32, 3, 8] {
            for spread in SPREADS {
                for mean in [0.1, 0.5, 0.8, 0.95] {
                    let population = Population { mean, spread };
                    for _ in 0..5 {
                        let suite = population.suite(cases, trials, &mut rng);
                        covered.note(beta_binomial(&suite, Level::P95).expect("counts").covers(mean));
                    }
                }
            }
        }
    }
    println!("Beta–binomial {:.4} of {}", covered.share(), covered.of);
    assert!((0.93..=0.975).contains(&covered.share()), "{covered:?}");
}

/// Token counts: Gamma of shape 2, mean 1000, three trials a case that differ by a fifth.
#[test]
fn means_and_ratios_of_token_counts_cover() {
    let mut rng = SeededRng::new(61_002);
    let (mut by_t, mut by_bootstrap, mut by_ratio) = (Tally::default(), Tally::default(), Tally::default());
    for round in 0..600 {
        let cases: Vec<f64> = (0..60).map(|_| 500.0 * rng.gamma(2.0)).collect();
        let mut trials = |level: f64| {
            let values: Vec<f64> = (0..3).map(|_| level * (0.9 + 0.2 * rng.unit())).collect();
            Trials::values(&values).expect("finite")
        };
        let pairs: Vec<PairedItem> = cases
            .iter()
            .enumerate()
            .map(|(i, &level)| PairedItem::new(i.to_string(), trials(level), trials(0.8 * level)))
            .collect();
        let items: Vec<Item> = pairs.iter().map(|pair| Item::new(pair.cluster.clone(), pair.a)).collect();
        by_t.note(mean(&items, Level::P95).expect("items").covers(1000.0));
        let resampling = Resampling { kind: BootstrapKind::Bca, draws: 800, seed: round };
        by_bootstrap.note(bootstrap_mean(&items, resampling, Level::P95).expect("items").covers(1000.0));
        by_ratio.note(ratio_of_means(&pairs).expect("pairs").estimate(Level::P95).covers(0.8));
    }
    println!("t {:.4}, BCa {:.4}, ratio {:.4}", by_t.share(), by_bootstrap.share(), by_ratio.share());
    for tally in [by_t, by_bootstrap, by_ratio] {
        assert!((0.92..=0.97).contains(&tally.share()), "{tally:?}");
    }
}
