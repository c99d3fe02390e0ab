//! The Beta–binomial posterior of a pass rate over a few cases with repeated trials.

use crate::distribution::ln_beta;
use crate::rate::RateError;
use crate::{Item, Level};
use loopwright_core::{Estimate, Method};
use std::collections::BTreeMap;

/// Grid of the mean rate and of the correlation of two trials of a case.
const RATES: usize = 400;
const CORRELATIONS: usize = 40;
/// Up to this many trials of a case, likelihoods are plain products: shapes are below 80, so nothing overflows, and
/// above 1e-5, so nothing underflows.
const DIRECT_TRIALS: u32 = 40;

/// The pass rate over the population of cases, from a Beta–binomial model with uniform priors.
///
/// Case probabilities are Beta with mean μ and correlation ρ of two trials (shapes `μ(1−ρ)/ρ`, `(1−μ)(1−ρ)/ρ`); c
/// passes of n have likelihood `B(a + c, b + n − c)/B(a, b)`. μ and ρ are uniform on (0, 1), integrated on a grid of
/// 400 × 40; the estimate is the posterior mean of μ with its equal-tailed interval (after Bowyer, Aitchison and
/// Ivanova 2025, arXiv:2503.01747, who draw the dispersion by importance sampling). For fewer than some 50 cases, where
/// it also says *what* was assumed; it is pulled towards ½ and so differs from the observed rate. Cases must be
/// independent: clusters are not looked at; use [`crate::rate`] for those.
///
/// # Errors
/// [`RateError::NoItems`] without items; [`RateError::OutOfRange`] where trials are graded rather than 0/1.
pub fn beta_binomial(items: &[Item], level: Level) -> Result<Estimate, RateError> {
    if items.is_empty() {
        return Err(RateError::NoItems);
    }
    let mut outcomes: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for item in items {
        let passed = item.trials.passed().ok_or_else(|| RateError::OutOfRange {
            cluster: item.cluster.clone(),
            value: item.trials.outside_unit().unwrap_or(item.trials.mean()),
        })?;
        *outcomes.entry((passed, item.trials.len())).or_default() += 1.0;
    }
    let mass = marginal(&outcomes);
    let centre = |cell: usize| (cell as f64 + 0.5) / RATES as f64;
    let point = mass.iter().enumerate().map(|(cell, weight)| weight * centre(cell)).sum();
    let tail = level.alpha() / 2.0;
    Ok(Estimate {
        point,
        low: quantile(&mass, tail).min(point),
        high: quantile(&mass, 1.0 - tail).max(point),
        level: level.get(),
        n_items: items.len() as u64,
        n_trials: items.iter().map(|item| u64::from(item.trials.len())).sum(),
        method: Method::BetaBinomial,
    })
}

/// Posterior mass of each cell of the rate, summed over the correlation.
fn marginal(outcomes: &BTreeMap<(u32, u32), f64>) -> Vec<f64> {
    let mut logs = Vec::with_capacity(RATES * CORRELATIONS);
    for cell in 0..RATES {
        let rate = (cell as f64 + 0.5) / RATES as f64;
        for step in 0..CORRELATIONS {
            let correlation = (step as f64 + 0.5) / CORRELATIONS as f64;
            let size = (1.0 - correlation) / correlation;
            logs.push(log_likelihood(outcomes, rate * size, (1.0 - rate) * size));
        }
    }
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut mass: Vec<f64> =
        logs.chunks(CORRELATIONS).map(|row| row.iter().map(|log| (log - most).exp()).sum()).collect();
    let total: f64 = mass.iter().sum();
    for weight in &mut mass {
        *weight /= total;
    }
    mass
}

fn log_likelihood(outcomes: &BTreeMap<(u32, u32), f64>, a: f64, b: f64) -> f64 {
    outcomes.iter().map(|(&(passed, total), times)| times * log_odds_of_counts(a, b, passed, total - passed)).sum()
}

/// ln B(a + passed, b + failed) − ln B(a, b).
fn log_odds_of_counts(a: f64, b: f64, passed: u32, failed: u32) -> f64 {
    if passed + failed > DIRECT_TRIALS {
        return ln_beta(a + f64::from(passed), b + f64::from(failed)) - ln_beta(a, b);
    }
    // Few trials: rising factorials, one logarithm instead of six gamma functions.
    let rising = |start: f64, steps: u32| (0..steps).map(|i| start + f64::from(i)).product::<f64>();
    (rising(a, passed) * rising(b, failed) / rising(a + b, passed + failed)).ln()
}

/// Quantile of a distribution that is flat within each cell.
fn quantile(mass: &[f64], share: f64) -> f64 {
    let mut before = 0.0;
    for (cell, weight) in mass.iter().enumerate() {
        if before + weight >= share && *weight > 0.0 {
            return (cell as f64 + (share - before) / weight) / mass.len() as f64;
        }
        before += weight;
    }
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Trials;

    fn items(outcomes: &[(u32, u32)]) -> Vec<Item> {
        let item = |(i, &(passed, total)): (usize, &(u32, u32))| {
            Item::new(i.to_string(), Trials::counts(passed, total).unwrap())
        };
        outcomes.iter().enumerate().map(item).collect()
    }

    #[test]
    fn one_trial_a_case_is_the_beta_posterior() {
        // With single trials the correlation cannot be seen, and μ has the posterior Beta(c + 1, n − c + 1).
        let single: Vec<(u32, u32)> = (0..20).map(|i| (u32::from(i < 17), 1)).collect();
        let estimate = beta_binomial(&items(&single), Level::P95).unwrap();
        assert!((estimate.point - 18.0 / 22.0).abs() < 1e-4, "{estimate:?}");
        assert!((estimate.low - 0.636_576).abs() < 5e-4 && (estimate.high - 0.945_536).abs() < 5e-4, "{estimate:?}");
    }

    #[test]
    fn trials_that_agree_are_worth_less() {
        let alike = beta_binomial(&items(&[(5, 10); 12]), Level::P95).unwrap();
        let split: Vec<(u32, u32)> = (0..12).map(|i| (10 * (i % 2), 10)).collect();
        let split = beta_binomial(&items(&split), Level::P95).unwrap();
        assert!(split.half_width() > 1.7 * alike.half_width(), "{split:?} {alike:?}");
    }

    #[test]
    fn products_agree_with_gamma_functions() {
        for (a, b, passed, failed) in [(0.3, 2.0, 7, 5), (70.0, 9.0, 0, 40), (1e-5, 0.02, 20, 20), (3.0, 0.5, 1, 0)] {
            let product = log_odds_of_counts(a, b, passed, failed);
            let gamma = ln_beta(a + f64::from(passed), b + f64::from(failed)) - ln_beta(a, b);
            assert!((product - gamma).abs() < 1e-9 * gamma.abs().max(1.0), "{product} {gamma}");
        }
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(beta_binomial(&[], Level::P95), Err(RateError::NoItems));
        let graded = [Item::new("g", Trials::values(&[0.5]).unwrap())];
        assert!(matches!(beta_binomial(&graded, Level::P95), Err(RateError::OutOfRange { .. })));
    }
}
