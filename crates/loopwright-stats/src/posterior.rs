//! The Beta posterior of a pass rate: intervals, comparison, and Thompson draws.

use crate::distribution::{beta_cdf, beta_quantile, ln_beta};
use crate::proportion::beta_limits;
use crate::quadrature::NODES;
use crate::{Count, Level, SeededRng};
use loopwright_core::{Estimate, Method};

/// Shapes up to this size are summed in closed form.
const CLOSED_SHAPE: f64 = 20_000.0;
/// Panels of the quadrature for other shapes.
const PANELS: usize = 64;

/// A Beta distribution over a pass rate. Invariant: both shapes are finite and positive.
///
/// ```
/// use loopwright_stats::{BetaPosterior, Count};
///
/// let a = BetaPosterior::of(Count::new(6, 10)?);
/// let b = BetaPosterior::of(Count::new(9, 10)?);
/// assert!(b.probability_above(&a) > 0.9);
/// # Ok::<(), loopwright_stats::CountError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaPosterior {
    passes: f64,
    failures: f64,
}

impl BetaPosterior {
    /// The posterior under a uniform prior: Beta(passed + 1, failed + 1).
    pub fn of(count: Count) -> BetaPosterior {
        BetaPosterior { passes: count.passed() as f64 + 1.0, failures: (count.total() - count.passed()) as f64 + 1.0 }
    }

    /// A Beta with the given shapes, such as a prior from an earlier run or discounted counts. `None` unless both are
    /// finite and positive.
    pub fn from_shapes(passes: f64, failures: f64) -> Option<BetaPosterior> {
        let good = |shape: f64| shape > 0.0 && shape.is_finite();
        (good(passes) && good(failures)).then_some(BetaPosterior { passes, failures })
    }

    /// Posterior mean with the equal-tailed interval. `n_items` and `n_trials` are the shapes' sum, rounded down.
    pub fn estimate(&self, level: Level) -> Estimate {
        let (low, high) = beta_limits(self.passes, self.failures, level.alpha() / 2.0);
        let point = self.passes / (self.passes + self.failures);
        let weight = (self.passes + self.failures) as u64;
        Estimate {
            point,
            // A heavily skewed posterior can have its mean outside a narrow interval.
            low: low.min(point),
            high: high.max(point),
            level: level.get(),
            n_items: weight,
            n_trials: weight,
            method: Method::Beta,
        }
    }

    /// P(rate > `threshold`).
    pub fn probability_over(&self, threshold: f64) -> f64 {
        beta_cdf(1.0 - threshold, self.failures, self.passes)
    }

    /// P(this rate > the other), the two being independent.
    ///
    /// Whole shapes: the closed sum `Σ_{i<α} B(α' + i, β + β')/((β + i)·B(1 + i, β)·B(α', β'))` (E. Miller 2014); other
    /// shapes: Gauss–Legendre quadrature, good to about 1e-5 for shapes below 1 and 1e-8 above.
    pub fn probability_above(&self, other: &BetaPosterior) -> f64 {
        let whole = |shape: f64| shape.fract() == 0.0 && shape <= CLOSED_SHAPE;
        let closed = [self.passes, self.failures, other.passes, other.failures].into_iter().all(whole);
        let probability = if closed {
            self.above_by_sum(other)
        } else if self.passes + self.failures >= other.passes + other.failures {
            average_over(self, |rate| beta_cdf(rate, other.passes, other.failures))
        } else {
            average_over(other, |rate| beta_cdf(1.0 - rate, self.failures, self.passes))
        };
        probability.clamp(0.0, 1.0)
    }

    fn above_by_sum(&self, other: &BetaPosterior) -> f64 {
        let norm = ln_beta(other.passes, other.failures);
        let term = |i: f64| {
            let log = ln_beta(other.passes + i, self.failures + other.failures)
                - (self.failures + i).ln()
                - ln_beta(1.0 + i, self.failures)
                - norm;
            log.exp()
        };
        (0..self.passes as u64).map(|i| term(i as f64)).sum()
    }

    /// One draw, for Thompson sampling: send the next trial to the arm whose draw is highest.
    pub fn draw(&self, rng: &mut SeededRng) -> f64 {
        rng.beta(self.passes, self.failures)
    }
}

/// The mean of `value` over a Beta distribution, by quadrature over its quantiles u = s³(10 − 15s + 6s²): the
/// substitution flattens both ends, where the quantile function has no derivative.
fn average_over(beta: &BetaPosterior, value: impl Fn(f64) -> f64) -> f64 {
    let width = 1.0 / PANELS as f64;
    let panel = |index: usize| -> f64 {
        let centre = (index as f64 + 0.5) * width;
        let node = |&(node, weight): &(f64, f64)| {
            let s = centre + 0.5 * width * node;
            let u = s * s * s * (10.0 - 15.0 * s + 6.0 * s * s);
            let slope = 30.0 * (s * (1.0 - s)).powi(2);
            weight * slope * value(beta_quantile(u, beta.passes, beta.failures))
        };
        NODES.iter().map(node).sum::<f64>() * 0.5 * width
    };
    (0..PANELS).map(panel).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beta(a: f64, b: f64) -> BetaPosterior {
        BetaPosterior::from_shapes(a, b).unwrap()
    }

    #[test]
    fn shapes_are_parsed() {
        assert_eq!(BetaPosterior::from_shapes(0.0, 1.0), None);
        assert_eq!(BetaPosterior::from_shapes(1.0, f64::NAN), None);
        let estimate = beta(0.01, 0.01).estimate(Level::P95);
        assert!(estimate.low <= estimate.point && estimate.point <= estimate.high);
    }

    #[test]
    fn known_probabilities() {
        assert!((beta(3.0, 5.0).probability_above(&beta(3.0, 5.0)) - 0.5).abs() < 1e-12);
        // P(X > Y) for X ~ Beta(2, 1), Y uniform is E X = 2/3.
        assert!((beta(2.0, 1.0).probability_above(&beta(1.0, 1.0)) - 2.0 / 3.0).abs() < 1e-12);
        assert!((beta(1.0, 1.0).probability_over(0.3) - 0.7).abs() < 1e-12);
        let (x, y) = (beta(40.0, 12.0), beta(33.0, 19.0));
        assert!((x.probability_above(&y) + y.probability_above(&x) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn quadrature_agrees_with_the_sum() {
        for (x, y) in [((7.0, 3.0), (5.0, 6.0)), ((400.0, 90.0), (3.0, 2.0)), ((2.0, 9.0), (800.0, 900.0))] {
            let (x, y) = (beta(x.0, x.1), beta(y.0, y.1));
            let quadrature = if x.passes + x.failures >= y.passes + y.failures {
                average_over(&x, |rate| beta_cdf(rate, y.passes, y.failures))
            } else {
                average_over(&y, |rate| beta_cdf(1.0 - rate, x.failures, x.passes))
            };
            let sum = x.above_by_sum(&y);
            assert!((quadrature - sum).abs() < 1e-8, "{quadrature} {sum} {:e}", quadrature - sum);
        }
        // P(X > Y) for distribution functions x^a and x^b is a/(a + b).
        for (a, b) in [(0.5, 0.3), (0.3, 1.0), (0.05, 2.5), (7.5, 0.1)] {
            let here = beta(a, 1.0).probability_above(&beta(b, 1.0));
            assert!((here - a / (a + b)).abs() < 1e-5, "{a} {b}: {here} {}", a / (a + b));
        }
    }

    #[test]
    fn draws_follow_the_posterior() {
        let mut rng = SeededRng::new(70);
        let (x, y) = (beta(8.0, 4.0), beta(6.0, 6.0));
        let above = (0..20_000).filter(|_| x.draw(&mut rng) > y.draw(&mut rng)).count() as f64 / 20_000.0;
        assert!((above - x.probability_above(&y)).abs() < 0.015, "{above}");
    }
}
