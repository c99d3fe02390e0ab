//! The same seed gives the same bytes; another seed is other luck, and nothing but luck.

use loopwright_core::Seed;
use loopwright_standin::complete;

use crate::world::{Item, items, mean, said, scatter, small};

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let items = items(51, 30);
    for (seed, item) in (0..).zip(&items) {
        let request = item.request("Help.", &item.among(6, 3));
        assert_eq!(said(small(), &request, seed), said(small(), &request, seed));
        // Text that was read back from JSON is the same request.
        let again = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
        assert_eq!(said(small(), &request, seed), said(small(), &again, seed));
    }
}

fn draw(item: &Item, seed: u64) -> f64 {
    let request = item.request("Help.", &item.among(6, 2));
    let text = complete(small(), &request, Seed(seed)).response.message.plain_text();
    f64::from(u8::from(text.contains(&item.value)))
}

/// An item that is neither sure nor hopeless.
fn uncertain() -> Item {
    let right = |item: &Item| item.right(small(), &item.request("Help.", &item.among(6, 2)));
    items(52, 60).into_iter().find(|item| (0.35..0.65).contains(&right(item))).unwrap()
}

#[test]
fn neighbouring_seeds_are_independent() {
    let item = uncertain();
    let draws: Vec<f64> = (0..4000).map(|seed| draw(&item, seed)).collect();
    let (middle, _) = mean(&draws);
    let variance = middle * (1.0 - middle);
    assert!(variance > 0.2, "{middle}");
    for lag in [1, 2, 16] {
        let products: Vec<f64> =
            draws.iter().zip(&draws[lag..]).map(|(one, two)| (one - middle) * (two - middle) / variance).collect();
        let (correlation, error) = mean(&products);
        assert!(correlation.abs() < 4.0 * error, "lag {lag}: {correlation} ± {error}");
    }
}

#[test]
fn two_arms_of_the_same_agent_seldom_differ() {
    const RACES: u64 = 300;
    let items = items(53, 24);
    // As a run does it: a seed for each race, arm, item and trial.
    let share = |at: usize, race: u64, arm: u64| {
        let seed = |trial: u64| scatter(race << 32 | arm << 24 | (at as u64) << 8 | trial);
        (0..2).map(|trial| draw(&items[at], seed(trial))).sum::<f64>() / 2.0
    };
    let won = (0..RACES).filter(|race| {
        let pairs = (0..items.len()).map(|at| share(at, *race, 1) - share(at, *race, 0));
        let (difference, error) = mean(&pairs.collect::<Vec<_>>());
        // The one-sided 95 % quantile of Student's t with 23 degrees of freedom.
        difference > 1.714 * error
    });
    let rate = won.count() as f64 / RACES as f64;
    // Within 3.3 standard errors of 5 %.
    assert!((0.009..0.092).contains(&rate), "{rate} of the races were won by the same agent");
}
