//! How many cases and trials a paired comparison needs, and what it can detect.

use crate::clusters::Clusters;
use crate::distribution::normal_quantile;
use crate::{Level, PairedItem};
use serde::{Deserialize, Serialize};

/// What decides the precision of a paired comparison: how items vary, and how many trials each gets.
///
/// All variances are in the squared unit of the metric. The variance of the mean difference over n items is
/// `clustering · (ω² + σ_A²/K_A + σ_B²/K_B)/n` (Miller 2024, arXiv:2411.00640, §5).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PairedDesign {
    /// ω²: variance over items of the true difference between the arms; more trials do not shrink it.
    pub difference_variance: f64,
    /// σ_A²: mean variance of one trial of A within an item.
    pub trial_variance_a: f64,
    /// σ_B²: mean variance of one trial of B within an item.
    pub trial_variance_b: f64,
    /// K_A: trials of A an item, at least 1.
    pub trials_a: u32,
    /// K_B: trials of B an item, at least 1.
    pub trials_b: u32,
    /// Design effect of grouped cases: variance with the grouping over variance without; 1 where cases are independent.
    pub clustering: f64,
}

impl PairedDesign {
    /// A design before any data, for 0/1 outcomes that pass at `rate`.
    ///
    /// `likeness` is the share of the outcome's variance that lies between cases, in [0, 1] (0: all cases alike, 1: a
    /// case always or never passes); `agreement` is the correlation of the arms' pass probabilities over cases, in
    /// [0, 1]. `ω² = 2·likeness·(1 − agreement)·p(1 − p)`, `σ² = (1 − likeness)·p(1 − p)`. Arguments outside their
    /// range are taken as the nearest end.
    pub fn planned(rate: f64, likeness: f64, agreement: f64, trials: u32) -> PairedDesign {
        let (rate, likeness) = (rate.clamp(0.0, 1.0), likeness.clamp(0.0, 1.0));
        let variance = rate * (1.0 - rate);
        let within = (1.0 - likeness) * variance;
        PairedDesign {
            difference_variance: 2.0 * likeness * (1.0 - agreement.clamp(0.0, 1.0)) * variance,
            trial_variance_a: within,
            trial_variance_b: within,
            trials_a: trials.max(1),
            trials_b: trials.max(1),
            clustering: 1.0,
        }
    }

    /// The design that a comparison had, estimated from its items.
    ///
    /// Within-item variances are pooled from items with at least two trials; without any, all variance is put down to
    /// ω², so the forecast for more trials is then pessimistic. Trials are the harmonic mean over items, rounded down.
    /// `None` below two clusters.
    pub fn observed(items: &[PairedItem]) -> Option<PairedDesign> {
        let clusters = Clusters::of(items.iter().map(PairedItem::clustered_difference));
        let robust = clusters.variance_of_mean()?;
        let n = items.len() as f64;
        let mean = clusters.mean();
        let plain = items.iter().map(|item| (item.difference() - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let pooled = |arm: fn(&PairedItem) -> &crate::Trials| {
            let (squares, freedom) = items.iter().map(arm).fold((0.0, 0.0), |(squares, freedom), trials| {
                (squares + trials.spread(), freedom + f64::from(trials.len()) - 1.0)
            });
            if freedom > 0.0 { squares / freedom } else { 0.0 }
        };
        let (within_a, within_b) = (pooled(|item| &item.a), pooled(|item| &item.b));
        let inverse = |arm: fn(&PairedItem) -> &crate::Trials| {
            items.iter().map(|item| 1.0 / f64::from(arm(item).len())).sum::<f64>() / n
        };
        let (share_a, share_b) = (inverse(|item| &item.a), inverse(|item| &item.b));
        Some(PairedDesign {
            difference_variance: (plain - within_a * share_a - within_b * share_b).max(0.0),
            trial_variance_a: within_a,
            trial_variance_b: within_b,
            trials_a: (1.0 / share_a + 1e-9) as u32,
            trials_b: (1.0 / share_b + 1e-9) as u32,
            clustering: if plain > 0.0 { robust * n / plain } else { 1.0 },
        })
    }

    /// Variance of one item's difference, times the clustering.
    fn item_variance(&self) -> f64 {
        let within = self.trial_variance_a / f64::from(self.trials_a.max(1))
            + self.trial_variance_b / f64::from(self.trials_b.max(1));
        self.clustering * (self.difference_variance + within)
    }
}

/// One or two sides of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// Only a difference in the declared direction counts (a gate).
    One,
    /// A difference in either direction counts (a comparison).
    Two,
}

/// What is asked of a test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PowerTarget {
    /// 1 − α.
    pub level: Level,
    /// Probability to detect a true difference of the asked size.
    pub power: Level,
    /// One or two sides.
    pub sides: Sides,
}

impl PowerTarget {
    /// z_{1−α} + z_{power}, with α/2 when two-sided; not below 0.
    fn reach(&self) -> f64 {
        let alpha = match self.sides {
            Sides::One => self.level.alpha(),
            Sides::Two => self.level.alpha() / 2.0,
        };
        (normal_quantile(1.0 - alpha) + normal_quantile(self.power.get())).max(0.0)
    }
}

/// Items needed to detect a true difference of `size`: `(z_{1−α} + z_{1−β})²·(ω² + σ_A²/K_A + σ_B²/K_B)/size²`, rounded
/// up, at least 2. Normal theory: add a few items below some 30. `None` when `size` is not a number other than 0.
///
/// ```
/// use loopwright_stats::{Level, PairedDesign, PowerTarget, Sides, required_items};
///
/// let design = PairedDesign::planned(0.7, 0.5, 0.8, 3);
/// let target = PowerTarget { level: Level::P95, power: Level::new(0.8)?, sides: Sides::One };
/// let few = required_items(&design, &target, 0.10);
/// let many = required_items(&design, &target, 0.05);
/// assert!(few < many);
/// # Ok::<(), loopwright_stats::LevelError>(())
/// ```
pub fn required_items(design: &PairedDesign, target: &PowerTarget, size: f64) -> Option<u64> {
    whole_items(target.reach().powi(2) * design.item_variance() / (size * size))
}

/// The smallest true difference that `items` items detect with the asked power (MDE), in the unit of the metric: the
/// inverse of [`required_items`]. Infinite for no items.
pub fn detectable_difference(design: &PairedDesign, target: &PowerTarget, items: u64) -> f64 {
    target.reach() * (design.item_variance() / items as f64).sqrt()
}

/// Items needed to show non-inferiority of 0/1 outcomes within `margin` when the arms truly agree:
/// `(z_{1−α} + z_{1−β})²·ψ/margin²`, where ψ in [0, 1] is the share of pairs on which the arms disagree.
///
/// Repeated trials lower ψ: use the variance of the item-mean difference in its place. `None` when `margin` is not a
/// number other than 0.
pub fn non_inferiority_items(discordance: f64, margin: f64, target: &PowerTarget) -> Option<u64> {
    whole_items(target.reach().powi(2) * discordance.clamp(0.0, 1.0) / (margin * margin))
}

fn whole_items(items: f64) -> Option<u64> {
    // Rounding must not turn exactly 248 into 249.
    items.is_finite().then(|| ((items - 1e-9).ceil() as u64).max(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SeededRng, Side, Trials, difference};

    fn target(sides: Sides) -> PowerTarget {
        PowerTarget { level: Level::P95, power: Level::new(0.8).unwrap(), sides }
    }

    #[test]
    fn miller_example() {
        let design = PairedDesign {
            difference_variance: 1.0 / 9.0,
            trial_variance_a: 1.0 / 6.0,
            trial_variance_b: 1.0 / 6.0,
            trials_a: 1,
            trials_b: 1,
            clustering: 1.0,
        };
        assert_eq!(required_items(&design, &target(Sides::Two), 0.03), Some(3876));
        let detected = detectable_difference(&design, &target(Sides::Two), 3876);
        assert!((detected - 0.03).abs() < 1e-6);
        assert_eq!(required_items(&design, &target(Sides::Two), 0.0), None);
    }

    #[test]
    fn non_inferiority_table() {
        let one = target(Sides::One);
        for (discordance, margin, items) in [(0.1, 0.05, 248), (0.05, 0.05, 124), (0.1, 0.03, 687), (0.1, 0.02, 1546)] {
            assert_eq!(non_inferiority_items(discordance, margin, &one), Some(items), "{discordance} {margin}");
        }
    }

    /// The forecast power is the simulated one.
    #[test]
    fn forecast_holds() {
        let mut rng = SeededRng::new(17);
        let one = target(Sides::One);
        let mut detected = 0;
        for _ in 0..1_000 {
            let pass =
                |p: f64, rng: &mut SeededRng| Trials::counts((0..3).map(|_| u32::from(rng.flip(p))).sum(), 3).unwrap();
            let items: Vec<PairedItem> =
                (0..77).map(|i| PairedItem::new(i.to_string(), pass(0.55, &mut rng), pass(0.67, &mut rng))).collect();
            detected += u32::from(difference(&items).unwrap().bound(Side::Lower, Level::P95) > 0.0);
        }
        let design = PairedDesign {
            difference_variance: 0.0,
            trial_variance_a: 0.55 * 0.45,
            trial_variance_b: 0.67 * 0.33,
            trials_a: 3,
            trials_b: 3,
            clustering: 1.0,
        };
        let needed = required_items(&design, &one, 0.12).unwrap();
        assert!((65..=70).contains(&needed), "{needed}");
        assert!((0.80..0.88).contains(&(f64::from(detected) / 1_000.0)), "{detected}");
    }

    #[test]
    fn observed_design_recovers_the_components() {
        let mut rng = SeededRng::new(18);
        let items: Vec<PairedItem> = (0..4_000)
            .map(|i| {
                let p = rng.beta(2.0, 2.0);
                let mut pass = |p: f64| Trials::counts((0..4).map(|_| u32::from(rng.flip(p))).sum(), 4).unwrap();
                PairedItem::new(i.to_string(), pass(p), pass(1.0 - p))
            })
            .collect();
        let design = PairedDesign::observed(&items).unwrap();
        // Var(p) = 1/20, so ω² = Var(1 − 2p) = 1/5; the trial variance is E p(1 − p) = 1/5.
        assert!((design.difference_variance - 0.2).abs() < 0.02, "{design:?}");
        assert!((design.trial_variance_a - 0.2).abs() < 0.01 && design.trials_a == 4, "{design:?}");
        assert!((design.clustering - 1.0).abs() < 0.01);
    }
}
