//! A confidence sequence for bounded paired differences, by betting.

use crate::e_value::EValue;
use crate::{Level, Side};
use loopwright_core::{Estimate, Method};

/// Candidate means between −1 and 1; bounds are rounded outwards to one of them, so they stay valid.
const CANDIDATES: usize = 2_001;
/// No bet stakes more than this share of the wealth.
const STAKE: f64 = 0.5;

/// Paired differences in [−1, 1], watched one at a time: the bounds hold at every moment at once.
///
/// For each candidate mean m, one bettor stakes on "the mean is above m" and one on "below m"; m is excluded once its
/// bettor has multiplied the wealth enough (Waudby-Smith and Ramdas 2023, arXiv:2010.09686, predictable plug-in bets
/// `λ_t = √(2·ln(2/α)/(σ̂²_{t−1}·t·ln(1+t)))`, cut so that no more than half the wealth is staked). No assumption
/// beyond bounded values with the same conditional mean given the past: observe the mean difference of one
/// *independent* item at a time (a case, or a whole group), in an order that does not depend on outcomes.
///
/// *Domain.* Any distribution on [−1, 1]; error under continuous peeking at most 1 − level by construction.
/// Conservative at any one size: compare [`crate::rate_difference`] for a size fixed beforehand.
///
/// ```
/// use loopwright_stats::{BettingSequence, Level, Side};
///
/// let mut watched = BettingSequence::new(Level::P95);
/// let mut cases = 0;
/// while watched.bound(Side::Lower) <= 0.0 {
///     watched.observe([1.0, 0.0, 0.5][cases % 3])?;
///     cases += 1;
/// }
/// assert!(cases < 40);
/// # Ok::<(), loopwright_stats::BettingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct BettingSequence {
    level: Level,
    above: Vec<Wealth>,
    below: Vec<Wealth>,
    count: u64,
    sum: f64,
    /// Σ (x_i − μ̂_i)² with the running mean of the day, and the prior ¼.
    squares: f64,
}

/// Logarithm of a bettor's wealth, and the most it has ever been.
#[derive(Debug, Clone, Copy, Default)]
struct Wealth {
    log: f64,
    most: f64,
}

impl Wealth {
    fn multiply(&mut self, factor: f64) {
        self.log += factor.ln();
        self.most = self.most.max(self.log);
    }
}

impl BettingSequence {
    /// A sequence before its first observation.
    pub fn new(level: Level) -> BettingSequence {
        BettingSequence {
            level,
            above: vec![Wealth::default(); CANDIDATES],
            below: vec![Wealth::default(); CANDIDATES],
            count: 0,
            sum: 0.0,
            squares: 0.25,
        }
    }

    /// Adds the difference of one independent item.
    ///
    /// # Errors
    /// [`BettingError`] when it lies outside [−1, 1]; the sequence is then unchanged.
    pub fn observe(&mut self, difference: f64) -> Result<(), BettingError> {
        if !(-1.0..=1.0).contains(&difference) {
            return Err(BettingError { value: difference });
        }
        // On the unit interval from here on.
        let x = 0.5 * (difference + 1.0);
        let bet = self.next_bet();
        for candidate in 0..CANDIDATES {
            let mean = candidate as f64 / (CANDIDATES - 1) as f64;
            self.above[candidate].multiply(1.0 + bet.min(STAKE / mean) * (x - mean));
            self.below[candidate].multiply(1.0 - bet.min(STAKE / (1.0 - mean)) * (x - mean));
        }
        self.count += 1;
        self.sum += x;
        let running = (0.5 + self.sum) / (1.0 + self.count as f64);
        self.squares += (x - running).powi(2);
        Ok(())
    }

    /// The stake of the next bet, from the past alone.
    fn next_bet(&self) -> f64 {
        let next = self.count as f64 + 1.0;
        let variance = self.squares / next;
        (2.0 * (2.0 / self.level.alpha()).ln() / (variance * next * (1.0 + next).ln())).sqrt()
    }

    /// How many items were observed.
    pub fn n_items(&self) -> u64 {
        self.count
    }

    /// The mean difference so far with its two-sided interval; −1 to 1 around 0 before the first observation.
    ///
    /// `n_trials` repeats the number of items: how many trials made each difference is not known here.
    pub fn estimate(&self) -> Estimate {
        let point = if self.count == 0 { 0.0 } else { 2.0 * self.sum / self.count as f64 - 1.0 };
        // Half of the error for each side: each bettor must double the wealth once more.
        let threshold = (2.0 / self.level.alpha()).ln();
        Estimate {
            point,
            low: self.lower(threshold).min(point),
            high: self.upper(threshold).max(point),
            level: self.level.get(),
            n_items: self.count,
            n_trials: self.count,
            method: Method::ConfidenceSequence,
        }
    }

    /// The one-sided bound: at the level, and at all times at once, the true mean difference is at least or at most
    /// this.
    pub fn bound(&self, side: Side) -> f64 {
        let threshold = (1.0 / self.level.alpha()).ln();
        match side {
            Side::Lower => self.lower(threshold),
            Side::Upper => self.upper(threshold),
        }
    }

    /// The wealth of the bettor against "B is not better" (mean difference at most 0), or "not worse" for
    /// [`Side::Upper`].
    pub fn evidence(&self, side: Side) -> EValue {
        let zero = CANDIDATES / 2;
        EValue::from_log(match side {
            Side::Lower => self.above[zero].log,
            Side::Upper => self.below[zero].log,
        })
    }

    /// Wealth against a mean falls as the mean rises, so the excluded ones are the first.
    fn lower(&self, threshold: f64) -> f64 {
        let excluded = self.above.partition_point(|wealth| wealth.most >= threshold);
        if excluded == 0 { -1.0 } else { on_difference_scale(excluded - 1) }
    }

    fn upper(&self, threshold: f64) -> f64 {
        let kept = self.below.partition_point(|wealth| wealth.most < threshold);
        if kept == CANDIDATES { 1.0 } else { on_difference_scale(kept) }
    }
}

fn on_difference_scale(candidate: usize) -> f64 {
    2.0 * candidate as f64 / (CANDIDATES - 1) as f64 - 1.0
}

/// A difference that cannot be bet on.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("observe a paired difference: `{value}` lies outside -1 to 1")]
pub struct BettingError {
    /// The value.
    pub value: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    /// One draw of a difference with the given mean: coarse, skewed and mostly 0.
    fn draw(mean: f64, rng: &mut SeededRng) -> f64 {
        let up = 0.2 + 0.5 * mean;
        let u = rng.unit();
        if u < up {
            1.0
        } else if u < 0.4 {
            -1.0
        } else {
            0.0
        }
    }

    #[test]
    fn peeking_keeps_the_level() {
        let mut rng = SeededRng::new(50);
        let (rounds, mut one_sided, mut missed) = (300, 0, 0);
        for _ in 0..rounds {
            let mut watched = BettingSequence::new(Level::P95);
            for _ in 0..150 {
                watched.observe(draw(0.0, &mut rng)).unwrap();
            }
            // Bounds only ever tighten, so the last look knows of every look.
            one_sided += u32::from(watched.bound(Side::Lower) > 0.0);
            let last = watched.estimate();
            missed += u32::from(last.low > 0.0 || last.high < 0.0);
        }
        let most = f64::from(rounds) * 0.05 + 2.0 * (f64::from(rounds) * 0.05 * 0.95).sqrt();
        assert!(f64::from(one_sided) <= most && f64::from(missed) <= most, "{one_sided} {missed}");
    }

    #[test]
    fn a_true_gain_is_found() {
        let mut rng = SeededRng::new(51);
        let found = (0..100)
            .filter(|_| {
                let mut watched = BettingSequence::new(Level::P95);
                (0..200).any(|_| {
                    watched.observe(draw(0.25, &mut rng)).unwrap();
                    watched.bound(Side::Lower) > 0.0
                })
            })
            .count();
        assert!(found > 80, "{found}");
    }

    #[test]
    fn bounds_only_tighten_and_mirror() {
        let mut rng = SeededRng::new(52);
        let (mut here, mut mirror) = (BettingSequence::new(Level::P90), BettingSequence::new(Level::P90));
        let mut before = here.estimate();
        assert_eq!((before.low, before.high), (-1.0, 1.0));
        for _ in 0..120 {
            let d = 2.0 * rng.unit() - 0.7;
            here.observe(d.clamp(-1.0, 1.0)).unwrap();
            mirror.observe(-d.clamp(-1.0, 1.0)).unwrap();
            let now = here.estimate();
            assert!(now.low <= now.point && now.point <= now.high);
            assert!((here.bound(Side::Lower) + mirror.bound(Side::Upper)).abs() < 1e-9);
            before = now;
        }
        assert!(before.low > -1.0 && here.evidence(Side::Lower).log() > 0.0);
        assert_eq!(here.observe(1.5), Err(BettingError { value: 1.5 }));
        assert_eq!(here.n_items(), 120);
    }
}
