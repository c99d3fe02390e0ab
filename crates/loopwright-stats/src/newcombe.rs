//! The difference of two independent proportions.

use crate::distribution::normal_quantile;
use crate::proportion::wilson_limits;
use crate::{Count, Level};
use loopwright_core::{Estimate, Method};

/// The difference B − A of two *independent* proportions with Newcombe's hybrid score interval.
///
/// With Wilson limits (l, u) of each, `d − √((p_b − l_b)² + (u_a − p_a)²)` to `d + √((u_b − p_b)² + (p_a − l_a)²)`
/// (Newcombe 1998, method 10). For two runs of *different* cases, or production counts; arms that ran the same cases
/// are compared with [`crate::rate_difference`], which is narrower. Domain: any counts, also at 0 and at all.
pub fn newcombe(a: Count, b: Count, level: Level) -> Estimate {
    let z = normal_quantile(1.0 - level.alpha() / 2.0);
    let ends = |count: Count| (count.share(), wilson_limits(count.share(), count.total() as f64, z));
    let ((at_a, (low_a, high_a)), (at_b, (low_b, high_b))) = (ends(a), ends(b));
    let point = at_b - at_a;
    Estimate {
        point,
        low: point - (at_b - low_b).hypot(high_a - at_a),
        high: point + (high_b - at_b).hypot(at_a - low_a),
        level: level.get(),
        n_items: a.total() + b.total(),
        n_trials: a.total() + b.total(),
        method: Method::Newcombe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe (1998), table II, examples (a) and (e).
    #[test]
    fn published_examples() {
        let estimate = newcombe(Count::new(48, 80).unwrap(), Count::new(56, 70).unwrap(), Level::P95);
        assert!((estimate.point - 0.2).abs() < 1e-12);
        assert!((estimate.low - 0.0524).abs() < 5e-5 && (estimate.high - 0.3339).abs() < 5e-5, "{estimate:?}");
        let none = newcombe(Count::new(0, 20).unwrap(), Count::new(0, 10).unwrap(), Level::P95);
        assert!((none.low + 0.1611).abs() < 5e-5 && (none.high - 0.2775).abs() < 5e-5, "{none:?}");
    }
}
