//! McNemar's test of paired binary outcomes: of the cases on which the arms disagree, is it a fair coin who wins?

use crate::PValues;
use crate::distribution::{binomial_cdf, fair_binomial_mass};

/// McNemar's exact test: under "no difference", `wins` (B passed, A failed) is binomial with n = wins + losses and p =
/// ½.
///
/// `two_sided = min(1, 2·P(Bin(n, ½) ≤ min(wins, losses)))`. One trial a case and arm; cases are independent. Without
/// disagreement every p-value is 1. Conservative: its true size is at most the level, often half of it.
///
/// ```
/// use loopwright_stats::mcnemar_exact;
///
/// assert!((mcnemar_exact(9, 10).two_sided - 1.0).abs() < 1e-12);
/// assert!(mcnemar_exact(12, 2).two_sided < 0.05);
/// ```
pub fn mcnemar_exact(wins: u64, losses: u64) -> PValues {
    let n = wins + losses;
    PValues::doubling(binomial_cdf(losses, n, 0.5), binomial_cdf(wins, n, 0.5))
}

/// McNemar's mid-p test: as [`mcnemar_exact`], with half the probability of the observed split taken off each tail.
///
/// Less conservative (Fagerland, Lydersen and Laake 2013), and not guaranteed. Summed exactly for 10 to 300 pairs at
/// nominal 5 %: its size is at most 5.1 % while up to 90 % of the pairs disagree and 5.5 % beyond, averaged over how
/// many happen to disagree; given that number it reaches 7.7 % (at 16). Use the exact test where a gate must hold.
pub fn mcnemar_mid_p(wins: u64, losses: u64) -> PValues {
    let n = wins + losses;
    let half = 0.5 * fair_binomial_mass(wins, n);
    PValues::doubling(binomial_cdf(losses, n, 0.5) - half, binomial_cdf(wins, n, 0.5) - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Size over the binomial distribution itself: P(p-value ≤ α) when the coin is fair.
    fn size(test: fn(u64, u64) -> PValues, n: u64, alpha: f64) -> f64 {
        (0..=n).filter(|&w| test(w, n - w).two_sided <= alpha).map(|w| fair_binomial_mass(w, n)).sum()
    }

    #[test]
    fn exact_holds_its_size() {
        for n in 0..80 {
            assert!(size(mcnemar_exact, n, 0.05) <= 0.05 + 1e-12, "{n}");
        }
    }

    /// Size over pairs of which each disagrees with the given probability: what the documentation states.
    #[test]
    fn mid_p_is_near_its_size() {
        let given: Vec<f64> = (0..=300).map(|n| size(mcnemar_mid_p, n, 0.05)).collect();
        let worst_given = given.iter().copied().fold(0.0, f64::max);
        assert!((worst_given - 0.076_813).abs() < 1e-6, "{worst_given}");
        for pairs in [10_u64, 20, 30, 50, 100, 200, 300] {
            for step in 1..50 {
                let share = f64::from(step) / 50.0;
                let mass = |n: u64| {
                    let below = if n > 0 { binomial_cdf(n - 1, pairs, share) } else { 0.0 };
                    binomial_cdf(n, pairs, share) - below
                };
                let overall: f64 = (0..=pairs).map(|n| mass(n) * given[n as usize]).sum();
                let most = if share <= 0.9 { 0.051 } else { 0.055 };
                assert!(overall <= most, "{pairs} pairs, {share} disagree: {overall}");
            }
        }
    }

    #[test]
    fn known_values() {
        let exact = mcnemar_exact(2, 8);
        assert!((exact.two_sided - 2.0 * 56.0 / 1024.0).abs() < 1e-12);
        let mid = mcnemar_mid_p(2, 8);
        assert!((mid.two_sided - (2.0 * 56.0 - 45.0) / 1024.0).abs() < 1e-12);
        assert_eq!(mcnemar_exact(0, 0).two_sided, 1.0);
    }
}
