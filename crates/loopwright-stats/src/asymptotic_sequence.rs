//! The asymptotic confidence sequence: a normal interval that may be watched.

use crate::Level;

/// The half-width, at `n` independent items of the given variance, of the asymptotic confidence sequence of their mean:
/// `√(((nvρ² + 1)/(n²ρ²)) · ln((nvρ² + 1)/α²))`.
///
/// Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024 (Annals of Statistics 52, "Time-uniform central limit
/// theory and asymptotic confidence sequences"). Any unit; the half-width has that of the values. Tighter than
/// [`crate::BettingSequence`] and valid for unbounded metrics, but its guarantee is asymptotic: do not look before some
/// 30 items. `rho` (positive) decides where the sequence is tightest, see [`sequence_rho`]. Infinite for no items.
///
/// ```
/// use loopwright_stats::{Level, asymptotic_margin, sequence_rho};
///
/// let rho = sequence_rho(100, Level::P95);
/// let watched = asymptotic_margin(100, 0.25, rho, Level::P95);
/// let fixed = 1.96 * (0.25_f64 / 100.0).sqrt();
/// assert!(fixed < watched && watched < 2.0 * fixed);
/// ```
pub fn asymptotic_margin(n: u64, variance: f64, rho: f64, level: Level) -> f64 {
    let items = n as f64;
    let spread = items * variance.max(0.0) * rho * rho + 1.0;
    (spread / (items * items * rho * rho) * (spread / level.alpha().powi(2)).ln()).sqrt()
}

/// The ρ that makes the sequence of values of unit variance tightest at `n` items:
/// `√((−2 ln α + ln(−2 ln α + 1))/n)`. Divide by the standard deviation for values of another spread.
pub fn sequence_rho(n: u64, level: Level) -> f64 {
    let doubled = -2.0 * level.alpha().ln();
    ((doubled + (doubled + 1.0).ln()) / n.max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn rho_is_near_the_best() {
        let best = sequence_rho(200, Level::P95);
        let at = |rho: f64| asymptotic_margin(200, 1.0, rho, Level::P95);
        assert!(at(best) < at(best * 1.5) && at(best) < at(best / 1.5));
    }

    /// Watched from item 30 to 500, skewed values.
    #[test]
    fn peeking_keeps_the_level() {
        let mut rng = SeededRng::new(60);
        let rho = sequence_rho(100, Level::P95);
        let missed = (0..1_000)
            .filter(|_| {
                let (mut sum, mut squares) = (0.0, 0.0);
                (1..=500_u64).any(|n| {
                    let x = rng.gamma(2.0);
                    sum += x;
                    squares += x * x;
                    let mean = sum / n as f64;
                    let variance = squares / n as f64 - mean * mean;
                    n >= 30 && (mean - 2.0).abs() > asymptotic_margin(n, variance, rho, Level::P95)
                })
            })
            .count();
        assert!(missed as f64 <= 50.0 + 2.0 * (1_000.0_f64 * 0.05 * 0.95).sqrt(), "{missed}");
    }
}
