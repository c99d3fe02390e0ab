//! The verdict on a paired difference: improved, regressed, equivalent, or not enough evidence.

use crate::{Difference, Level, Side};
use serde::{Deserialize, Serialize};

/// What a comparison of two arms may say. "No evidence of a difference" is not "the same": that is `Underpowered`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// B is better than A.
    Improved,
    /// B is worse than A.
    Regressed,
    /// B differs from A by less than the margin.
    Equivalent,
    /// The data cannot say: more cases or trials are needed.
    Underpowered,
}

/// Which direction of a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// More is better (a pass rate).
    Higher,
    /// Less is better (tokens, money, latency).
    Lower,
}

/// The rule of a verdict, declared before the data are seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VerdictRule {
    /// Differences smaller than this do not matter, in the unit of the metric; 0 means every difference matters, and
    /// then nothing is ever `Equivalent`. A negative margin is taken as 0.
    pub margin: f64,
    /// Level of the two-sided interval that must exclude 0, and of each of the two one-sided tests of equivalence.
    pub level: Level,
    /// Which direction is better.
    pub better: Better,
}

/// Judges a difference by two one-sided tests (TOST) and the two-sided interval.
///
/// In this order: `Equivalent` when both one-sided bounds at the level lie strictly within ±margin (Schuirmann 1987);
/// `Improved` or `Regressed` when the two-sided interval at the level excludes 0; otherwise `Underpowered`. A
/// difference that is proven but smaller than the margin is therefore `Equivalent`: it does not matter. Under no
/// difference at all, `Improved` and `Regressed` together are said with probability at most 1 − level.
///
/// ```
/// use loopwright_stats::{Better, Level, PairedItem, Trials, Verdict, VerdictRule, rate_difference, verdict};
///
/// let rule = VerdictRule { margin: 0.03, level: Level::P95, better: Better::Higher };
/// let same: Vec<PairedItem> = (0..10)
///     .map(|case| Ok(PairedItem::new(case.to_string(), Trials::counts(1, 1)?, Trials::counts(1, 1)?)))
///     .collect::<Result<_, loopwright_stats::TrialsError>>()?;
/// // Ten cases without a difference do not prove that there is none.
/// assert_eq!(verdict(&rate_difference(&same)?, &rule), Verdict::Underpowered);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verdict(difference: &Difference, rule: &VerdictRule) -> Verdict {
    let margin = rule.margin.max(0.0);
    let (lower, upper) = (difference.bound(Side::Lower, rule.level), difference.bound(Side::Upper, rule.level));
    if -margin < lower && upper < margin {
        return Verdict::Equivalent;
    }
    let interval = difference.estimate(rule.level);
    let (above, below) = match rule.better {
        Better::Higher => (Verdict::Improved, Verdict::Regressed),
        Better::Lower => (Verdict::Regressed, Verdict::Improved),
    };
    if interval.low > 0.0 {
        above
    } else if interval.high < 0.0 {
        below
    } else {
        Verdict::Underpowered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PairedItem, Trials, rate_difference};

    fn judged(wins: u32, losses: u32, ties: u32, rule: &VerdictRule) -> Verdict {
        let arm = |passed: bool| Trials::counts(u32::from(passed), 1).unwrap();
        let outcome = |i: u32| (i < losses, (losses..losses + wins).contains(&i));
        let items: Vec<PairedItem> = (0..wins + losses + ties)
            .map(|i| {
                let (a, b) = outcome(i);
                PairedItem::new(i.to_string(), arm(a), arm(b))
            })
            .collect();
        verdict(&rate_difference(&items).unwrap(), rule)
    }

    #[test]
    fn four_verdicts() {
        let rule = VerdictRule { margin: 0.03, level: Level::P95, better: Better::Higher };
        assert_eq!(judged(30, 5, 65, &rule), Verdict::Improved);
        assert_eq!(judged(5, 30, 65, &rule), Verdict::Regressed);
        assert_eq!(judged(5, 5, 990, &rule), Verdict::Equivalent);
        assert_eq!(judged(5, 5, 90, &rule), Verdict::Underpowered);
    }

    #[test]
    fn lower_is_better_mirrors() {
        let rule = VerdictRule { margin: 0.03, level: Level::P95, better: Better::Lower };
        assert_eq!(judged(30, 5, 65, &rule), Verdict::Regressed);
        assert_eq!(judged(5, 30, 65, &rule), Verdict::Improved);
    }

    #[test]
    fn proven_but_small_does_not_matter() {
        let strict = VerdictRule { margin: 0.0, level: Level::P95, better: Better::Higher };
        let lenient = VerdictRule { margin: 0.05, ..strict };
        assert_eq!(judged(20, 2, 978, &strict), Verdict::Improved);
        assert_eq!(judged(20, 2, 978, &lenient), Verdict::Equivalent);
    }
}
