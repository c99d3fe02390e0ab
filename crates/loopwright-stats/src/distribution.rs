//! Distribution functions and their inverses: normal, Student's t, Beta, binomial.
//!
//! The inverses are solved here to full double precision on top of the distribution functions, because intervals are
//! checked to 1e-9 against references.

use statrs::function::erf::{erfc, erfc_inv};
use statrs::function::gamma::ln_gamma;
use std::f64::consts::SQRT_2;

/// Steps of the continued fraction: about √max(a, b) are needed, so this reaches parameters of some 10⁸.
const FRACTION_STEPS: u32 = 20_000;
/// Steps of a bracketed root: bisection alone halves the unit interval to its last bit in about 1,075.
const ROOT_STEPS: u32 = 1_100;

/// Φ(z), the standard normal distribution function.
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// Φ⁻¹(p) for `p` in [0, 1]; ±∞ at the ends.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    -SQRT_2 * erfc_inv(2.0 * p)
}

/// ln B(a, b) for positive `a`, `b`.
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// ln C(n, k) for `k <= n`.
pub(crate) fn ln_choose(n: u64, k: u64) -> f64 {
    ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
}

/// The regularised incomplete beta function I_x(a, b): the Beta(a, b) distribution function. `a`, `b` positive.
///
/// Continued fraction by Lentz's method (NIST DLMF 8.17.22).
pub(crate) fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (a * x.ln() + b * (-x).ln_1p() - ln_beta(a, b)).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(x, a, b) / a
    } else {
        1.0 - front * beta_fraction(1.0 - x, b, a) / b
    }
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let away_from_zero = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..=FRACTION_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 4e-16 {
            break;
        }
    }
    fraction
}

/// The `p` quantile of Beta(a, b), `a` and `b` positive, `p` in [0, 1].
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    let ln_norm = ln_beta(a, b);
    let density = |x: f64| ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - ln_norm).exp();
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = a / (a + b);
    for _ in 0..ROOT_STEPS {
        let excess = beta_cdf(x, a, b) - p;
        if excess > 0.0 {
            high = x;
        } else if excess < 0.0 {
            low = x;
        } else {
            return x;
        }
        let newton = x - excess / density(x);
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - x).abs() <= 2.0 * f64::EPSILON * x {
            return next;
        }
        x = next;
    }
    x
}

/// Distribution function of Student's t with `df` degrees of freedom.
pub(crate) fn t_cdf(t: f64, df: f64) -> f64 {
    if !df.is_finite() {
        return normal_cdf(t);
    }
    let tail = if t * t < df {
        0.5 * (1.0 - beta_cdf(t * t / (df + t * t), 0.5, 0.5 * df))
    } else {
        0.5 * beta_cdf(df / (df + t * t), 0.5 * df, 0.5)
    };
    if t < 0.0 { tail } else { 1.0 - tail }
}

/// The `p` quantile of Student's t with `df` degrees of freedom (positive; infinite means normal).
pub(crate) fn t_quantile(p: f64, df: f64) -> f64 {
    if df > 1e7 || p <= 0.0 || p >= 1.0 {
        return normal_quantile(p);
    }
    let tail = p.min(1.0 - p);
    // In the tail the small quantity is df/(df + t²), in the middle it is t²/(df + t²); solve for the small one.
    let size = if tail < 0.25 {
        let y = beta_quantile(2.0 * tail, 0.5 * df, 0.5);
        (df * (1.0 - y) / y).sqrt()
    } else {
        let y = beta_quantile(1.0 - 2.0 * tail, 0.5, 0.5 * df);
        (df * y / (1.0 - y)).sqrt()
    };
    if p < 0.5 { -size } else { size }
}

/// P(X <= k) for X binomial with `n` trials of probability `p`.
pub(crate) fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if k >= n {
        return 1.0;
    }
    beta_cdf(1.0 - p, (n - k) as f64, k as f64 + 1.0)
}

/// P(X = k) for X binomial with `n` trials of probability one half.
pub(crate) fn fair_binomial_mass(k: u64, n: u64) -> f64 {
    (ln_choose(n, k) - n as f64 * std::f64::consts::LN_2).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-10 * b.abs().max(1.0), "{a} against {b}");
    }

    #[test]
    fn normal_known_values() {
        close(normal_quantile(0.975), 1.959_963_984_540_054);
        close(normal_quantile(0.8), 0.841_621_233_572_914_3);
        close(normal_cdf(1.959_963_984_540_054), 0.975);
        close(normal_quantile(1e-12), -7.034_483_825_301_46);
    }

    #[test]
    fn t_known_values() {
        close(t_quantile(0.975, 11.0), 2.200_985_160_082_949);
        // Closed forms: df 1 is tan(π(p − ½)); df 2 is (2p − 1)·√(2/(4p(1 − p))).
        for p in [0.001, 0.2, 0.4, 0.5001, 0.75, 0.8, 0.95, 0.9995] {
            close(t_quantile(p, 1.0), (PI * (p - 0.5)).tan());
            close(t_quantile(p, 2.0), (2.0 * p - 1.0) * (2.0 / (4.0 * p * (1.0 - p))).sqrt());
        }
        close(t_quantile(0.975, 1e8), 1.959_963_984_540_054);
    }

    #[test]
    fn t_inverts() {
        for df in [1.0, 2.5, 4.0, 30.0, 299.0] {
            for p in [0.005, 0.1, 0.3, 0.6, 0.975] {
                close(t_cdf(t_quantile(p, df), df), p);
            }
        }
    }

    #[test]
    fn beta_inverts_over_many_shapes() {
        for a in [0.5, 1.0, 3.5, 40.0, 5_000.0, 2e6] {
            for b in [0.5, 1.0, 7.0, 300.0, 1e5] {
                for p in [0.001, 0.025, 0.5, 0.975] {
                    let x = beta_quantile(p, a, b);
                    // One ulp of x near 1 moves the distribution function when the mass sits at the edge.
                    assert!((beta_cdf(x, a, b) - p).abs() < 1e-6, "a {a} b {b} p {p} x {x}");
                }
            }
        }
    }

    #[test]
    fn binomial_known_values() {
        close(binomial_cdf(9, 19, 0.5), 0.5);
        close(binomial_cdf(0, 10, 0.1), 0.9_f64.powi(10));
        close(fair_binomial_mass(2, 4), 6.0 / 16.0);
        assert_eq!(binomial_cdf(4, 4, 0.3), 1.0);
    }
}
