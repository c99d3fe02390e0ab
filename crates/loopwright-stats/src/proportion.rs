//! Intervals and one-sided bounds of one proportion from independent trials.

use crate::distribution::{beta_quantile, normal_quantile};
use crate::{Level, Side};
use loopwright_core::{Estimate, Method};
use serde::{Deserialize, Serialize};

/// `passed` of `total` independent trials. Invariant: `passed <= total`, `total >= 1`.
///
/// ```
/// use loopwright_stats::{Count, Level, ProportionInterval, proportion};
///
/// let count = Count::new(17, 20)?;
/// let estimate = proportion(count, ProportionInterval::Wilson, Level::P95);
/// assert_eq!(estimate.point, 0.85);
/// assert!(estimate.covers(0.7) && !estimate.covers(0.6));
/// # Ok::<(), loopwright_stats::CountError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    passed: u64,
    total: u64,
}

impl Count {
    /// A count of independent trials.
    ///
    /// # Errors
    /// [`CountError`] when there are no trials, or more passes than trials.
    pub fn new(passed: u64, total: u64) -> Result<Count, CountError> {
        if total == 0 {
            Err(CountError::NoTrials)
        } else if passed > total {
            Err(CountError::TooManyPassed { passed, total })
        } else {
            Ok(Count { passed, total })
        }
    }

    /// How many passed.
    pub fn passed(self) -> u64 {
        self.passed
    }

    /// How many there were.
    pub fn total(self) -> u64 {
        self.total
    }

    pub(crate) fn share(self) -> f64 {
        self.passed as f64 / self.total as f64
    }
}

/// A pair of numbers that is not a count of passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CountError {
    /// No trials.
    #[error("count passes: there are no trials")]
    NoTrials,
    /// More passes than trials.
    #[error("count passes: `{passed}` passed of only `{total}` trials")]
    TooManyPassed {
        /// Passes given.
        passed: u64,
        /// Trials given.
        total: u64,
    },
}

/// Which interval of a proportion to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProportionInterval {
    /// Wilson (1927) score interval, `(p̂ + z²/2n ± z√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n)`. The default: its coverage
    /// is near the level on average for any n and p.
    Wilson,
    /// Clopper and Pearson (1934): the exact interval from Beta(k, n−k+1) and Beta(k+1, n−k) quantiles. Never covers
    /// less than the level, often more.
    ClopperPearson,
    /// Equal-tailed interval of the posterior Beta(k+½, n−k+½) (Jeffreys prior). At k = 0 and k = n it does not
    /// touch 0 or 1.
    Jeffreys,
    /// Equal-tailed interval of the posterior Beta(k+1, n−k+1) (uniform prior).
    Uniform,
    /// Agresti and Coull (1998): the normal interval after adding z²/2 passes and z²/2 failures, cut to [0, 1].
    AgrestiCoull,
}

impl ProportionInterval {
    fn method(self) -> Method {
        match self {
            ProportionInterval::Wilson => Method::Wilson,
            ProportionInterval::ClopperPearson => Method::ClopperPearson,
            ProportionInterval::Jeffreys | ProportionInterval::Uniform => Method::Beta,
            ProportionInterval::AgrestiCoull => Method::AgrestiCoull,
        }
    }
}

/// The proportion passed, with a two-sided interval; every trial is taken as an independent item.
///
/// For repeated trials of the same cases use [`crate::rate`], which knows that they are not independent. Sources of the
/// formulas: [`ProportionInterval`]; Brown, Cai and DasGupta (2001) compare them.
pub fn proportion(count: Count, interval: ProportionInterval, level: Level) -> Estimate {
    let tail = level.alpha() / 2.0;
    let (low, high) = limits(count, interval, tail);
    let point = count.share();
    Estimate {
        point,
        low: low.min(point),
        high: high.max(point),
        level: level.get(),
        n_items: count.total,
        n_trials: count.total,
        method: interval.method(),
    }
}

/// The one-sided bound of a proportion: at the level, the truth is at least ([`Side::Lower`]) or at most
/// ([`Side::Upper`]) the returned probability.
pub fn proportion_bound(count: Count, interval: ProportionInterval, side: Side, level: Level) -> f64 {
    let (low, high) = limits(count, interval, level.alpha());
    match side {
        Side::Lower => low,
        Side::Upper => high,
    }
}

/// The exact upper bound of a failure rate after zero failures in `trials`: `1 − α^(1/n)`, close to 3/n at 95 %.
///
/// Hanley and Lippman-Hand (1983), "If nothing goes wrong, is everything all right?". With no trials the bound is 1.
///
/// ```
/// use loopwright_stats::{Level, rule_of_three};
///
/// let bound = rule_of_three(100, Level::P95);
/// assert!((bound - 0.0295).abs() < 1e-4);
/// ```
pub fn rule_of_three(trials: u64, level: Level) -> f64 {
    if trials == 0 {
        return 1.0;
    }
    -(level.alpha().ln() / trials as f64).exp_m1()
}

/// Both limits, each leaving `tail` outside.
fn limits(count: Count, interval: ProportionInterval, tail: f64) -> (f64, f64) {
    let (passed, total) = (count.passed as f64, count.total as f64);
    let failed = total - passed;
    let z = -normal_quantile(tail);
    match interval {
        ProportionInterval::Wilson => wilson_limits(count.share(), total, z),
        ProportionInterval::ClopperPearson => {
            let low = if passed == 0.0 { 0.0 } else { beta_quantile(tail, passed, failed + 1.0) };
            let high = if failed == 0.0 { 1.0 } else { upper_beta_quantile(tail, passed + 1.0, failed) };
            (low, high)
        }
        ProportionInterval::Jeffreys => beta_limits(passed + 0.5, failed + 0.5, tail),
        ProportionInterval::Uniform => beta_limits(passed + 1.0, failed + 1.0, tail),
        ProportionInterval::AgrestiCoull => {
            let total = total + z * z;
            let centre = (passed + z * z / 2.0) / total;
            let half = z * (centre * (1.0 - centre) / total).sqrt();
            ((centre - half).max(0.0), (centre + half).min(1.0))
        }
    }
}

pub(crate) fn beta_limits(a: f64, b: f64, tail: f64) -> (f64, f64) {
    (beta_quantile(tail, a, b), upper_beta_quantile(tail, a, b))
}

/// The 1 − tail quantile through the mirrored distribution, which keeps the digits of a small tail.
fn upper_beta_quantile(tail: f64, a: f64, b: f64) -> f64 {
    1.0 - beta_quantile(tail, b, a)
}

/// Wilson limits for a share `p` of a possibly fractional number of trials `n > 0`; `z` may be negative (level < ½).
pub(crate) fn wilson_limits(p: f64, n: f64, z: f64) -> (f64, f64) {
    let square = z * z;
    let scale = 1.0 + square / n;
    let centre = (p + square / (2.0 * n)) / scale;
    let half = z / scale * (p * (1.0 - p) / n + square / (4.0 * n * n)).max(0.0).sqrt();
    // At p = 0 and p = 1 the limit is 0 or 1 exactly; rounding must not leave 1e-17.
    let low = if p <= 0.0 && z >= 0.0 { 0.0 } else { centre - half };
    let high = if p >= 1.0 && z >= 0.0 { 1.0 } else { centre + half };
    (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::binomial_cdf;
    use proptest::prelude::*;

    const ALL: [ProportionInterval; 5] = [
        ProportionInterval::Wilson,
        ProportionInterval::ClopperPearson,
        ProportionInterval::Jeffreys,
        ProportionInterval::Uniform,
        ProportionInterval::AgrestiCoull,
    ];

    #[test]
    fn counts_are_parsed() {
        assert_eq!(Count::new(0, 0), Err(CountError::NoTrials));
        let error = Count::new(3, 2).unwrap_err();
        assert_eq!(error.to_string(), "count passes: `3` passed of only `2` trials");
    }

    #[test]
    fn rule_of_three_is_the_exact_bound() {
        for trials in [1, 10, 3000] {
            let none = Count::new(0, trials).unwrap();
            let exact = proportion_bound(none, ProportionInterval::ClopperPearson, Side::Upper, Level::P95);
            assert!((rule_of_three(trials, Level::P95) - exact).abs() < 1e-12, "{trials}");
        }
        assert_eq!(rule_of_three(0, Level::P95), 1.0);
    }

    /// Coverage at `p`, summed over the binomial distribution itself rather than simulated; one interval a count.
    fn exact_coverage(intervals: &[Estimate], p: f64) -> f64 {
        let total = intervals.len() as u64 - 1;
        let below = |k: u64| if k > 0 { binomial_cdf(k - 1, total, p) } else { 0.0 };
        (0..=total)
            .zip(intervals)
            .filter(|(_, interval)| interval.covers(p))
            .map(|(k, _)| binomial_cdf(k, total, p) - below(k))
            .sum()
    }

    fn each_count(interval: ProportionInterval, total: u64) -> Vec<Estimate> {
        (0..=total).map(|k| proportion(Count::new(k, total).unwrap(), interval, Level::P95)).collect()
    }

    #[test]
    fn clopper_pearson_never_covers_less_than_the_level() {
        for total in [1_u64, 4, 11, 30] {
            let intervals = each_count(ProportionInterval::ClopperPearson, total);
            for step in 1..200 {
                let covered = exact_coverage(&intervals, f64::from(step) / 200.0);
                assert!(covered > 0.95 - 1e-9, "n {total} step {step} covered {covered}");
            }
        }
    }

    /// Mean exact coverage over p of the calibrated intervals lies in 93–97 %.
    #[test]
    fn calibrated_intervals_cover_near_the_level_on_average() {
        for interval in [ProportionInterval::Wilson, ProportionInterval::Jeffreys, ProportionInterval::Uniform] {
            for total in [5_u64, 10, 30, 100] {
                let intervals = each_count(interval, total);
                let steps = (1..300).map(|step| exact_coverage(&intervals, f64::from(step) / 300.0));
                let covered = steps.sum::<f64>() / 299.0;
                assert!((0.93..=0.97).contains(&covered), "{interval:?} n {total}: {covered}");
            }
        }
    }

    proptest! {
        #[test]
        fn intervals_hold_their_point_and_mirror(total in 1_u64..5000, share in 0.0_f64..=1.0, level in 0.5_f64..0.999) {
            let passed = (share * total as f64) as u64;
            let level = Level::new(level).unwrap();
            for interval in ALL {
                let here = proportion(Count::new(passed, total).unwrap(), interval, level);
                let mirror = proportion(Count::new(total - passed, total).unwrap(), interval, level);
                prop_assert!(0.0 <= here.low && here.low <= here.point);
                prop_assert!(here.point <= here.high && here.high <= 1.0);
                prop_assert!((here.low - (1.0 - mirror.high)).abs() < 1e-9);
            }
        }
    }
}
