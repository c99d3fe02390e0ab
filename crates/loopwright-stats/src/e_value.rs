//! Evidence that may be looked at as often as one likes: e-values by mixtures, and the confidence sequence they give.

use crate::distribution::{beta_cdf, ln_beta};
use crate::{Count, Level};
use loopwright_core::{Estimate, Method};
use std::f64::consts::LN_2;

/// An e-value: the wealth of one who started with 1 and bet, at fair odds, against "no difference".
///
/// Under the null its expectation is at most 1 at every stopping time, so "it ever reaches 1/α" happens with
/// probability at most α (Ville 1939): look after every case, stop when it suffices.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct EValue {
    log: f64,
}

impl EValue {
    pub(crate) fn from_log(log: f64) -> EValue {
        EValue { log }
    }

    /// Natural logarithm of the e-value.
    pub fn log(self) -> f64 {
        self.log
    }

    /// Whether the null is rejected at the level: e ≥ 1/(1 − level).
    pub fn rejects(self, level: Level) -> bool {
        self.log >= -level.alpha().ln()
    }

    /// The p-value min(1, 1/e), valid at any stopping time.
    pub fn p_value(self) -> f64 {
        (-self.log).exp().min(1.0)
    }
}

/// What a paired e-value bets on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bet {
    /// B wins more often than A where they disagree; the null is "B is not better".
    BWins,
    /// A wins more often; the null is "B is not worse".
    AWins,
    /// Either; the null is "a fair coin".
    Either,
}

/// The mixture e-value of paired binary outcomes: `wins` cases that only B passes, `losses` that only A passes.
///
/// With θ uniform over the probabilities the bet allows, `e = ∫ (2θ)^wins (2(1−θ))^losses dθ`, so for [`Bet::Either`]
/// `e = 2^(W+L)·B(W+1, L+1)`, and a one-sided bet multiplies by twice the posterior mass of its half (Robbins 1970).
/// One trial a case and arm; cases arrive in an order that does not depend on their outcomes.
///
/// ```
/// use loopwright_stats::{Bet, Level, paired_e_value};
///
/// assert!(!paired_e_value(4, 0, Bet::BWins).rejects(Level::P95));
/// assert!(paired_e_value(14, 1, Bet::BWins).rejects(Level::P95));
/// ```
pub fn paired_e_value(wins: u64, losses: u64, bet: Bet) -> EValue {
    let (a, b) = (wins as f64 + 1.0, losses as f64 + 1.0);
    let either = (wins + losses) as f64 * LN_2 + ln_beta(a, b);
    let half = match bet {
        Bet::Either => return EValue::from_log(either),
        // P(θ > ½) through the mirrored distribution.
        Bet::BWins => beta_cdf(0.5, b, a),
        Bet::AWins => beta_cdf(0.5, a, b),
    };
    EValue::from_log(either + LN_2 + half.ln())
}

/// The mixture e-value against "the pass rate is `null`", for independent trials: `B(S+1, n−S+1)/(p₀^S (1−p₀)^(n−S))`.
///
/// `null` is taken into [0, 1]. At the ends a single contradicting trial gives infinite evidence.
pub fn rate_e_value(count: Count, null: f64) -> EValue {
    let (passed, failed) = (count.passed() as f64, (count.total() - count.passed()) as f64);
    let null = null.clamp(0.0, 1.0);
    let power = |times: f64, ln: f64| if times == 0.0 { 0.0 } else { times * ln };
    let log = ln_beta(passed + 1.0, failed + 1.0) - power(passed, null.ln()) - power(failed, (-null).ln_1p());
    EValue::from_log(log)
}

/// The confidence sequence of a pass rate from independent trials: all rates whose [`rate_e_value`] stays below
/// 1/(1 − level).
///
/// Covers the truth at *every* sample size at once with probability at least the level, so it may be watched while
/// trials come in. Conservative at any one size; half as wide again as
/// Wilson at 20 trials, twice at 10,000.
pub fn rate_sequence(count: Count, level: Level) -> Estimate {
    let point = count.share();
    let rejected = |null: f64| rate_e_value(count, null).rejects(level);
    Estimate {
        point,
        low: boundary(0.0, point, rejected),
        high: boundary(1.0, point, rejected),
        level: level.get(),
        n_items: count.total(),
        n_trials: count.total(),
        method: Method::ConfidenceSequence,
    }
}

/// The last rejected value on the way from `end` to `inside`, or `end` itself when it is not rejected.
fn boundary(end: f64, inside: f64, rejected: impl Fn(f64) -> bool) -> f64 {
    if !rejected(end) {
        return end;
    }
    let (mut out, mut kept) = (end, inside);
    for _ in 0..60 {
        let middle = 0.5 * (out + kept);
        if rejected(middle) {
            out = middle;
        } else {
            kept = middle;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn closed_form_of_small_counts() {
        // ∫ 2θ dθ = 1, ∫ (2θ)² dθ = 4/3, and over the upper half alone 2·(8 − 1)/(8·3)·4 = 7/3.
        assert!(paired_e_value(1, 0, Bet::Either).log().abs() < 1e-12);
        assert!((paired_e_value(2, 0, Bet::Either).log() - (4.0_f64 / 3.0).ln()).abs() < 1e-12);
        assert!((paired_e_value(2, 0, Bet::BWins).log() - (7.0_f64 / 3.0).ln()).abs() < 1e-12);
        let (win, lose) = (paired_e_value(9, 4, Bet::BWins), paired_e_value(4, 9, Bet::AWins));
        assert_eq!(win, lose);
    }

    #[test]
    fn no_data_is_no_evidence() {
        for bet in [Bet::BWins, Bet::AWins, Bet::Either] {
            let nothing = paired_e_value(0, 0, bet);
            assert!(nothing.log().abs() < 1e-12);
            assert!((nothing.p_value() - 1.0).abs() < 1e-12);
        }
    }

    /// Looking after each of 300 disagreements, at a fair coin and at one that favours A.
    #[test]
    fn peeking_keeps_the_level() {
        let mut rng = SeededRng::new(40);
        for (truth, bet) in [(0.5, Bet::Either), (0.5, Bet::BWins), (0.4, Bet::BWins)] {
            let rejects: Vec<Vec<bool>> = (1..=300_u64)
                .map(|n| (0..=n).map(|wins| paired_e_value(wins, n - wins, bet).rejects(Level::P95)).collect())
                .collect();
            let mut ever_rejects = || {
                let mut wins = 0;
                rejects.iter().any(|by_wins| {
                    wins += usize::from(rng.flip(truth));
                    by_wins[wins]
                })
            };
            let share = (0..2_000).filter(|_| ever_rejects()).count() as f64 / 2_000.0;
            assert!(share <= 0.05 + 2.0 * (0.05_f64 * 0.95 / 2_000.0).sqrt(), "{truth} {bet:?}: {share}");
        }
    }

    #[test]
    fn sequence_covers_at_every_size() {
        let mut rng = SeededRng::new(41);
        let truth = 0.85;
        let missed = (0..1_000)
            .filter(|_| {
                let mut passed = 0;
                (1..=200).any(|total| {
                    passed += u64::from(rng.flip(truth));
                    rate_e_value(Count::new(passed, total).unwrap(), truth).rejects(Level::P95)
                })
            })
            .count();
        assert!(missed as f64 <= 50.0 + 2.0 * (1_000.0_f64 * 0.05 * 0.95).sqrt(), "{missed}");
        let here = rate_sequence(Count::new(170, 200).unwrap(), Level::P95);
        assert!(here.covers(0.85) && here.low > 0.7 && here.high < 0.95, "{here:?}");
        assert_eq!(rate_sequence(Count::new(0, 3).unwrap(), Level::P95).low, 0.0);
    }
}
