//! The two-parameter logistic model of item response (2PL): difficulty and discrimination of cases.

use serde::{Deserialize, Serialize};

/// Fewer respondents than this, and a fit would be mostly prior.
const LEAST_RESPONDENTS: usize = 8;
/// Nodes of the ability grid, from −4 to 4.
const NODES: usize = 41;
/// Rounds of expectation and maximisation, and Newton steps in each.
const ROUNDS: usize = 60;
const STEPS: usize = 4;
/// Prior of the logarithm of the discrimination: N(0, 0.5²); of the difficulty: N(0, 1).
const LOG_DISCRIMINATION_VARIANCE: f64 = 0.25;

/// One item of the model: P(pass | θ) = 1/(1 + exp(−a(θ − b))).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ItemCurve {
    /// a, how sharply the item tells abilities apart.
    pub discrimination: f64,
    /// b, the ability at which half pass.
    pub difficulty: f64,
}

impl ItemCurve {
    /// The probability that ability `theta` passes.
    pub fn probability(&self, theta: f64) -> f64 {
        1.0 / (1.0 + (-self.discrimination * (theta - self.difficulty)).exp())
    }

    /// Fisher information about the ability: a²·P·(1 − P).
    pub fn information(&self, theta: f64) -> f64 {
        let p = self.probability(theta);
        self.discrimination * self.discrimination * p * (1.0 - p)
    }
}

/// An ability on the scale on which the population is N(0, 1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ability {
    /// The most probable ability.
    pub theta: f64,
    /// Its standard error, at most 1 (the prior's).
    pub standard_error: f64,
}

/// The most probable ability given outcomes, under a N(0, 1) prior, by Newton's method.
///
/// Standard error from the curvature: `1/√(1 + Σ a²P(1−P))`. Without outcomes, the prior: 0 ± 1.
pub fn ability(outcomes: &[(ItemCurve, bool)]) -> Ability {
    let mut theta = 0.0_f64;
    for _ in 0..100 {
        let slope = outcomes.iter().fold(-theta, |sum, (item, passed)| {
            sum + item.discrimination * (f64::from(u8::from(*passed)) - item.probability(theta))
        });
        let curvature = 1.0 + outcomes.iter().map(|(item, _)| item.information(theta)).sum::<f64>();
        // The posterior is log-concave; cutting the step keeps Newton from leaping over a steep item.
        let step = (slope / curvature).clamp(-1.0, 1.0);
        theta += step;
        if step.abs() < 1e-12 {
            break;
        }
    }
    let curvature = 1.0 + outcomes.iter().map(|(item, _)| item.information(theta)).sum::<f64>();
    Ability { theta, standard_error: 1.0 / curvature.sqrt() }
}

/// The item, of those given, that tells most about ability `theta`; the first of equals, `None` of none.
pub fn next_item(items: &[ItemCurve], theta: f64) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (index, item) in items.iter().enumerate() {
        let information = item.information(theta);
        if best.is_none_or(|(_, most)| information > most) {
            best = Some((index, information));
        }
    }
    best.map(|(index, _)| index)
}

/// Fits the curves of items to `passed[respondent][item]` by marginal maximum a posteriori (Bock and Aitkin 1981).
///
/// Abilities are N(0, 1), integrated over 41 nodes; priors `ln a ~ N(0, ½²)` and `b ~ N(0, 1)` keep curves finite where
/// all pass or all fail. Respondents are versions, mutants or models. Discrimination is positive by construction: an
/// item with a wrong label shows in [`crate::item_rest`], not here.
///
/// # Errors
/// [`ItemResponseError`] below eight respondents, or when rows differ in length.
pub fn fit_item_curves(passed: &[Vec<bool>]) -> Result<Vec<ItemCurve>, ItemResponseError> {
    if passed.len() < LEAST_RESPONDENTS {
        return Err(ItemResponseError::TooFewRespondents { respondents: passed.len() });
    }
    let items = passed[0].len();
    if let Some(respondent) = passed.iter().position(|row| row.len() != items) {
        return Err(ItemResponseError::Ragged { respondent });
    }
    let nodes: Vec<f64> = (0..NODES).map(|node| -4.0 + 8.0 * node as f64 / (NODES - 1) as f64).collect();
    let mut curves = vec![ItemCurve { discrimination: 1.0, difficulty: 0.0 }; items];
    for _ in 0..ROUNDS {
        let expected = expected_counts(passed, &curves, &nodes);
        let mut moved = 0.0_f64;
        for (item, curve) in curves.iter_mut().enumerate() {
            let better = improved(*curve, &nodes, &expected.respondents, &expected.passes[item]);
            moved = moved.max((better.difficulty - curve.difficulty).abs());
            *curve = better;
        }
        if moved < 1e-6 {
            break;
        }
    }
    Ok(curves)
}

/// Expected respondents at each node, and of those the passes of each item.
struct Expected {
    respondents: Vec<f64>,
    passes: Vec<Vec<f64>>,
}

fn expected_counts(passed: &[Vec<bool>], curves: &[ItemCurve], nodes: &[f64]) -> Expected {
    let log = |p: f64| p.max(f64::MIN_POSITIVE).ln();
    let logs: Vec<Vec<(f64, f64)>> = curves
        .iter()
        .map(|curve| nodes.iter().map(|&theta| curve.probability(theta)).map(|p| (log(p), log(1.0 - p))).collect())
        .collect();
    let mut expected =
        Expected { respondents: vec![0.0; nodes.len()], passes: vec![vec![0.0; nodes.len()]; curves.len()] };
    for row in passed {
        let mut posterior: Vec<f64> = nodes.iter().map(|theta| -0.5 * theta * theta).collect();
        for (item, &pass) in row.iter().enumerate() {
            for (sum, (of_pass, of_fail)) in posterior.iter_mut().zip(&logs[item]) {
                *sum += if pass { of_pass } else { of_fail };
            }
        }
        let most = posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        posterior.iter_mut().for_each(|log| *log = (*log - most).exp());
        let total: f64 = posterior.iter().sum();
        for (node, weight) in posterior.iter().enumerate() {
            expected.respondents[node] += weight / total;
            for (item, _) in row.iter().enumerate().filter(|(_, pass)| **pass) {
                expected.passes[item][node] += weight / total;
            }
        }
    }
    expected
}

/// A few scoring steps on (ln a, b) of one item, with the priors' pull.
fn improved(curve: ItemCurve, nodes: &[f64], respondents: &[f64], passes: &[f64]) -> ItemCurve {
    let (mut log_a, mut b) = (curve.discrimination.ln(), curve.difficulty);
    for _ in 0..STEPS {
        let a = log_a.exp();
        let here = ItemCurve { discrimination: a, difficulty: b };
        let (mut slope_a, mut slope_b) = (-log_a / LOG_DISCRIMINATION_VARIANCE, -b);
        let (mut info_aa, mut info_bb, mut info_ab) = (1.0 / LOG_DISCRIMINATION_VARIANCE, 1.0, 0.0);
        for ((theta, count), passed) in nodes.iter().zip(respondents).zip(passes) {
            let p = here.probability(*theta);
            let (of_a, of_b) = (a * (theta - b), -a);
            let residual = passed - count * p;
            let weight = count * p * (1.0 - p);
            slope_a += residual * of_a;
            slope_b += residual * of_b;
            info_aa += weight * of_a * of_a;
            info_bb += weight * of_b * of_b;
            info_ab += weight * of_a * of_b;
        }
        let determinant = info_aa * info_bb - info_ab * info_ab;
        log_a = (log_a + ((info_bb * slope_a - info_ab * slope_b) / determinant).clamp(-0.5, 0.5)).clamp(-3.0, 3.0);
        b = (b + ((info_aa * slope_b - info_ab * slope_a) / determinant).clamp(-0.5, 0.5)).clamp(-6.0, 6.0);
    }
    ItemCurve { discrimination: log_a.exp(), difficulty: b }
}

/// Why item curves could not be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemResponseError {
    /// Too few respondents for two parameters an item.
    #[error(
        "fit item curves to {respondents} respondents: at least 8 are needed; use the item-rest correlation instead"
    )]
    TooFewRespondents {
        /// Respondents given.
        respondents: usize,
    },
    /// A respondent answered another number of items.
    #[error("fit item curves: respondent {respondent} has another number of items than the first")]
    Ragged {
        /// The respondent, counted from 0.
        respondent: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn curves_are_recovered() {
        let mut rng = SeededRng::new(95);
        let truth: Vec<ItemCurve> = (0..30)
            .map(|_| ItemCurve { discrimination: (0.4 * rng.normal()).exp(), difficulty: 4.0 * rng.unit() - 2.0 })
            .collect();
        let passed: Vec<Vec<bool>> = (0..800)
            .map(|_| {
                let theta = rng.normal();
                truth.iter().map(|item| rng.flip(item.probability(theta))).collect()
            })
            .collect();
        let found = fit_item_curves(&passed).unwrap();
        for (found, truth) in found.iter().zip(&truth) {
            assert!((found.difficulty - truth.difficulty).abs() < 0.45, "{found:?} {truth:?}");
            assert!((found.discrimination / truth.discrimination).ln().abs() < 0.45, "{found:?} {truth:?}");
        }
    }

    #[test]
    fn ability_is_shrunk_and_sure_of_itself() {
        let item = ItemCurve { discrimination: 1.0, difficulty: 0.0 };
        assert_eq!(ability(&[]), Ability { theta: 0.0, standard_error: 1.0 });
        let once = ability(&[(item, true)]);
        let often = ability(&[(item, true); 30]);
        assert!(0.0 < once.theta && once.theta < often.theta && often.theta < 4.0);
        // At the optimum the slope is 0: θ = 1 − P(θ).
        assert!((once.theta - (1.0 - item.probability(once.theta))).abs() < 1e-9);
        let steep = ItemCurve { discrimination: 20.0, difficulty: 2.0 };
        assert!(ability(&[(steep, true), (steep, false)]).theta.is_finite());
    }

    #[test]
    fn the_most_telling_item_is_next() {
        let items = [(1.0, -2.0), (1.0, 0.1), (0.5, 0.0)]
            .map(|(discrimination, difficulty)| ItemCurve { discrimination, difficulty });
        assert_eq!(next_item(&items, 0.0), Some(1));
        assert_eq!(next_item(&[], 0.0), None);
    }

    #[test]
    fn faults_are_named() {
        let few = vec![vec![true]; 7];
        assert_eq!(fit_item_curves(&few), Err(ItemResponseError::TooFewRespondents { respondents: 7 }));
        let mut ragged = vec![vec![true]; 8];
        ragged[3] = vec![];
        assert_eq!(fit_item_curves(&ragged), Err(ItemResponseError::Ragged { respondent: 3 }));
    }
}
