//! The posterior of a paired difference over a few cases with one 0/1 outcome each.

use crate::Level;
use crate::distribution::normal_quantile;
use crate::quadrature::NODES;
use loopwright_core::{Estimate, Method};
use std::f64::consts::PI;

/// Cells of each arm's rate, and of the correlation.
const RATES: usize = 80;
const CORRELATIONS: usize = 20;
/// Cells of the difference: rates are cell middles, so differences are whole numbers of cells.
const DIFFERENCES: usize = 2 * RATES - 1;
/// The least probability of a cell of the two-by-two table, so that its logarithm stays finite.
const LEAST: f64 = 1e-300;

/// How two arms did on the same cases, one outcome each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PairedCounts {
    /// Cases that both arms pass.
    pub both: u64,
    /// Cases that only arm A passes.
    pub only_a: u64,
    /// Cases that only arm B passes.
    pub only_b: u64,
    /// Cases that neither passes.
    pub neither: u64,
}

/// The posterior of B's rate less A's.
///
/// Model (Bowyer, Aitchison and Ivanova 2025, arXiv:2503.01747, §4): each arm passes a case where its coordinate of a
/// bivariate normal falls below `Φ⁻¹(θ)`; θ_A and θ_B are uniform on (0, 1), and the correlation of the coordinates is
/// `2·Beta(4, 2) − 1`, since arms mostly find the same cases hard. The counts of the two-by-two table are multinomial. The
/// source draws by importance sampling; here the posterior is summed on a grid of 80 × 80 × 20, so the same counts give the
/// same answer.
///
/// *Domain.* Fewer than some 200 independent cases; beyond, [`crate::rate_difference`] says the same without a prior and
/// the grid becomes coarse. Drawn from its own prior, its intervals cover as often as they say, at every size. Without any
/// case it is the prior: symmetric around 0.
///
/// ```
/// use loopwright_stats::{Level, PairedCounts, PairedPosterior};
///
/// let found = PairedPosterior::of(&PairedCounts { both: 6, only_a: 1, only_b: 8, neither: 5 });
/// assert!(found.probability_b_better() > 0.95);
/// let estimate = found.estimate(Level::P95);
/// assert!(estimate.low < 0.35 && 0.35 < estimate.high);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PairedPosterior {
    /// Mass of each difference, from −(RATES − 1) cells upwards.
    mass: Vec<f64>,
    cases: u64,
}

impl PairedPosterior {
    /// The posterior after `counts`.
    pub fn of(counts: &PairedCounts) -> PairedPosterior {
        let logs = log_joint(counts);
        let most = logs.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
        let mut mass = vec![0.0; DIFFERENCES];
        for (difference, log) in logs {
            mass[difference] += (log - most).exp();
        }
        let total: f64 = mass.iter().sum();
        mass.iter_mut().for_each(|one| *one /= total);
        PairedPosterior { mass, cases: counts.both + counts.only_a + counts.only_b + counts.neither }
    }

    /// The probability that B's rate is above A's.
    pub fn probability_b_better(&self) -> f64 {
        let middle = RATES - 1;
        // Within a cell, either is as likely to be above.
        self.mass[middle + 1..].iter().sum::<f64>() + 0.5 * self.mass[middle]
    }

    /// The posterior mean of B's rate less A's, with its equal-tailed interval.
    pub fn estimate(&self, level: Level) -> Estimate {
        let point = self.mass.iter().enumerate().map(|(cell, mass)| mass * centre(cell)).sum();
        let tail = level.alpha() / 2.0;
        Estimate {
            point,
            low: self.quantile(tail).min(point),
            high: self.quantile(1.0 - tail).max(point),
            level: level.get(),
            n_items: self.cases,
            n_trials: 2 * self.cases,
            method: Method::PairedPosterior,
        }
    }

    /// The mass of a cell lies evenly over its width.
    fn quantile(&self, probability: f64) -> f64 {
        let mut below = 0.0;
        for (cell, mass) in self.mass.iter().enumerate() {
            if probability <= below + mass && 0.0 < *mass {
                let width = 1.0 / RATES as f64;
                return (centre(cell) + width * ((probability - below) / mass - 0.5)).clamp(-1.0, 1.0);
            }
            below += mass;
        }
        1.0
    }
}

/// The difference in the middle of a cell.
fn centre(cell: usize) -> f64 {
    (cell as f64 - (RATES - 1) as f64) / RATES as f64
}

/// For each point of the grid, the cell of its difference and the logarithm of prior times likelihood.
fn log_joint(counts: &PairedCounts) -> Vec<(usize, f64)> {
    let rate = |cell: usize| (cell as f64 + 0.5) / RATES as f64;
    let steps = steps();
    let mut logs = Vec::with_capacity(RATES * RATES * CORRELATIONS);
    for a in 0..RATES {
        for b in 0..RATES {
            let difference = b + RATES - 1 - a;
            for (step, both) in both_pass(&steps, rate(a), rate(b)) {
                logs.push((difference, step.log_prior + log_likelihood(counts, rate(a), rate(b), both)));
            }
        }
    }
    logs
}

fn log_likelihood(counts: &PairedCounts, a: f64, b: f64, both: f64) -> f64 {
    let cells = [
        (counts.both, both),
        (counts.only_a, a - both),
        (counts.only_b, b - both),
        (counts.neither, 1.0 - a - b + both),
    ];
    let seen = cells.into_iter().filter(|(count, _)| 0 < *count);
    seen.map(|(count, probability)| count as f64 * probability.max(LEAST).ln()).sum()
}

/// A step of the correlation, from the one nearer to 0.
struct Step {
    /// The logarithm of the prior's density at its end.
    log_prior: f64,
    /// For each node of the integral over the step: sin t, 2cos² t, and the weight.
    nodes: [(f64, f64, f64); NODES.len()],
}

/// The steps outwards from 0, first upwards and then downwards.
fn steps() -> Vec<Step> {
    let outwards = |sign: f64| (0..CORRELATIONS / 2).map(move |step| (sign, step));
    outwards(1.0).chain(outwards(-1.0)).map(|(sign, step)| Step::to(sign, step)).collect()
}

impl Step {
    fn to(sign: f64, step: usize) -> Step {
        let end = |step: usize| sign * (2 * step + 1) as f64 / CORRELATIONS as f64;
        let from = if step == 0 { 0.0 } else { end(step - 1).asin() };
        let (correlation, to) = (end(step), end(step).asin());
        let (half, middle) = (0.5 * (to - from), 0.5 * (to + from));
        let node = |(node, weight): (f64, f64)| {
            let t = middle + half * node;
            (t.sin(), 2.0 * t.cos().powi(2), half * weight / (2.0 * PI))
        };
        Step { log_prior: 3.0 * correlation.ln_1p() + (-correlation).ln_1p(), nodes: NODES.map(node) }
    }
}

/// The probability that both arms pass, at the end of each step.
///
/// `P(X ≤ h, Y ≤ k) = Φ(h)Φ(k) + (1/2π) ∫₀^{arcsin ρ} exp(−(h² + k² − 2hk·sin t)/(2cos² t)) dt` (Drezner and Wesolowsky
/// 1990), summed outwards from ρ = 0, so that each correlation adds one short stretch to the one before it.
fn both_pass(steps: &[Step], a: f64, b: f64) -> impl Iterator<Item = (&Step, f64)> {
    let (h, k) = (normal_quantile(a), normal_quantile(b));
    let (squares, product) = (h * h + k * k, 2.0 * h * k);
    steps.chunks(CORRELATIONS / 2).flat_map(move |outwards| {
        outwards.iter().scan(a * b, move |both, step| {
            let added =
                step.nodes.iter().map(|(sine, width, weight)| weight * (-(squares - product * sine) / width).exp());
            *both += added.sum::<f64>();
            Some((step, *both))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn both_pass_as_often_as_the_orthant_says() {
        // At rates of one half, P(both) = 1/4 + arcsin(ρ)/2π (Sheppard 1899).
        let steps = steps();
        for (place, (_, both)) in both_pass(&steps, 0.5, 0.5).enumerate() {
            let step = (2 * (place % (CORRELATIONS / 2)) + 1) as f64 / CORRELATIONS as f64;
            let correlation = if place < CORRELATIONS / 2 { step } else { -step };
            assert!((both - 0.25 - correlation.asin() / (2.0 * PI)).abs() < 1e-9, "{correlation}: {both}");
        }
        // No more than the rarer of the two, no less than what they cannot avoid.
        for (a, b) in [(0.1, 0.3), (0.95, 0.9), (0.006_25, 0.5)] {
            let least = (a + b - 1.0_f64).max(0.0);
            assert!(both_pass(&steps, a, b).all(|(_, both)| least - 1e-6 <= both && both <= a.min(b) + 1e-6));
        }
    }

    #[test]
    fn without_cases_it_is_the_prior() {
        let prior = PairedPosterior::of(&PairedCounts::default());
        assert!((prior.probability_b_better() - 0.5).abs() < 1e-12);
        // The difference of two uniforms is triangular: its 2.5 % quantile is √0.05 − 1.
        assert!((prior.estimate(Level::P95).low - (0.05_f64.sqrt() - 1.0)).abs() < 0.01);
    }

    #[test]
    fn swapping_the_arms_mirrors() {
        let counts = PairedCounts { both: 3, only_a: 1, only_b: 6, neither: 4 };
        let swapped = PairedCounts { only_a: counts.only_b, only_b: counts.only_a, ..counts };
        let (here, there) = (PairedPosterior::of(&counts), PairedPosterior::of(&swapped));
        assert!((here.probability_b_better() + there.probability_b_better() - 1.0).abs() < 1e-9);
        let (here, there) = (here.estimate(Level::P90), there.estimate(Level::P90));
        assert!((here.low + there.high).abs() < 1e-9 && (here.point + there.point).abs() < 1e-9);
    }

    /// Truths drawn from the prior: the interval must cover exactly as often as it says.
    #[test]
    fn intervals_cover_as_stated() {
        let mut rng = SeededRng::new(70);
        let (mut covered, mut rounds) = (0_u32, 0_u32);
        for cases in [5_u32, 15, 40] {
            for _ in 0..40 {
                let (a, b, correlation) = (rng.unit(), rng.unit(), 2.0 * rng.beta(4.0, 2.0) - 1.0);
                let counts = drawn(cases, (a, b, correlation), &mut rng);
                covered += u32::from(PairedPosterior::of(&counts).estimate(Level::P90).covers(b - a));
                rounds += 1;
            }
        }
        let share = f64::from(covered) / f64::from(rounds);
        assert!((share - 0.9).abs() < 3.0 * (0.09 / f64::from(rounds)).sqrt(), "{share} of {rounds}");
    }

    fn drawn(cases: u32, (a, b, correlation): (f64, f64, f64), rng: &mut SeededRng) -> PairedCounts {
        let mut counts = PairedCounts::default();
        for _ in 0..cases {
            let x = rng.normal();
            let y = correlation * x + (1.0 - correlation * correlation).sqrt() * rng.normal();
            match (x <= normal_quantile(a), y <= normal_quantile(b)) {
                (true, true) => counts.both += 1,
                (true, false) => counts.only_a += 1,
                (false, true) => counts.only_b += 1,
                (false, false) => counts.neither += 1,
            }
        }
        counts
    }
}
