//! The ratio of two arms' means (tokens, money, seconds), paired by case.

use crate::clusters::Clusters;
use crate::distribution::t_quantile;
use crate::{Level, PairedItem, Side};
use loopwright_core::{Estimate, Method};

/// The ratio mean(B)/mean(A), on the logarithmic scale; below 1, B needs less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    log: f64,
    error: f64,
    df: f64,
    n_items: u64,
    n_trials: u64,
}

impl Ratio {
    /// The ratio with its two-sided interval, itself a ratio (0.8 is a fifth less).
    pub fn estimate(&self, level: Level) -> Estimate {
        let half = t_quantile(1.0 - level.alpha() / 2.0, self.df) * self.error;
        Estimate {
            point: self.log.exp(),
            low: (self.log - half).exp(),
            high: (self.log + half).exp(),
            level: level.get(),
            n_items: self.n_items,
            n_trials: self.n_trials,
            method: Method::LogT,
        }
    }

    /// The one-sided bound: at the level, the true ratio is at least or at most this.
    pub fn bound(&self, side: Side, level: Level) -> f64 {
        let reach = t_quantile(level.get(), self.df) * self.error;
        match side {
            Side::Lower => (self.log - reach).exp(),
            Side::Upper => (self.log + reach).exp(),
        }
    }
}

/// The ratio of the mean of B to the mean of A over the same cases, with a t interval on its logarithm.
///
/// With residuals `r_i = b_i/b̄ − a_i/ā`, `Var(ln R) = C/(C−1) · Σ_c(Σ_{i∈c} r_i)²/n²` (delta method for the ratio
/// estimator, clustered) and `ln R ± t_{C−1}·√Var`. It is the ratio of totals, what a bill shows, not the mean of
/// ratios. Domain: values at least 0 and both means above 0, at least two clusters.
///
/// ```
/// use loopwright_stats::{Level, PairedItem, Side, Trials, ratio_of_means};
///
/// let items: Vec<PairedItem> = (1..=30)
///     .map(|case| {
///         let before = f64::from(800 + 40 * case);
///         let after = 0.7 * before + f64::from(case % 3);
///         Ok(PairedItem::new(case.to_string(), Trials::values(&[before])?, Trials::values(&[after])?))
///     })
///     .collect::<Result<_, loopwright_stats::TrialsError>>()?;
/// let tokens = ratio_of_means(&items)?;
/// assert!(tokens.bound(Side::Upper, Level::P95) < 0.71);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RatioError`] when there are fewer than two clusters, a negative value, or an arm whose mean is 0.
pub fn ratio_of_means(items: &[PairedItem]) -> Result<Ratio, RatioError> {
    if items.is_empty() {
        return Err(RatioError::NoItems);
    }
    if let Some(item) = items.iter().find(|item| item.a.mean() < 0.0 || item.b.mean() < 0.0) {
        return Err(RatioError::Negative { cluster: item.cluster.clone() });
    }
    let n = items.len() as f64;
    let mean_a = items.iter().map(|item| item.a.mean()).sum::<f64>() / n;
    let mean_b = items.iter().map(|item| item.b.mean()).sum::<f64>() / n;
    if mean_a == 0.0 || mean_b == 0.0 {
        return Err(RatioError::ZeroMean);
    }
    let residual = |item: &PairedItem| item.b.mean() / mean_b - item.a.mean() / mean_a;
    let clusters = Clusters::of(items.iter().map(|item| (item.cluster.as_str(), residual(item))));
    let variance = clusters.variance_of_mean().ok_or(RatioError::OneCluster)?;
    Ok(Ratio {
        log: (mean_b / mean_a).ln(),
        error: variance.sqrt(),
        df: clusters.len() as f64 - 1.0,
        n_items: clusters.len() as u64,
        n_trials: items.iter().map(|item| u64::from(item.a.len()) + u64::from(item.b.len())).sum(),
    })
}

/// Why a ratio could not be estimated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RatioError {
    /// No case has scored trials in both arms.
    #[error("estimate a ratio of means: no case has scored trials in both arms")]
    NoItems,
    /// One cluster says nothing about how clusters vary.
    #[error("estimate a ratio of means: all cases belong to one cluster; add cases of another group")]
    OneCluster,
    /// A ratio of signed quantities has no meaning here.
    #[error("estimate a ratio of means: `{cluster}` has a negative mean; use `difference` for signed values")]
    Negative {
        /// The cluster of the item.
        cluster: String,
    },
    /// A mean of 0 has no ratio.
    #[error("estimate a ratio of means: the mean of an arm is 0")]
    ZeroMean,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Trials;

    fn pair(name: &str, a: f64, b: f64) -> PairedItem {
        PairedItem::new(name, Trials::values(&[a]).unwrap(), Trials::values(&[b]).unwrap())
    }

    #[test]
    fn a_constant_factor_has_no_error() {
        let items = [pair("a", 10.0, 5.0), pair("b", 300.0, 150.0), pair("c", 41.0, 20.5)];
        let estimate = ratio_of_means(&items).unwrap().estimate(Level::P95);
        assert!((estimate.point - 0.5).abs() < 1e-12 && estimate.half_width() < 1e-12);
    }

    #[test]
    fn units_do_not_matter() {
        let items = [pair("a", 10.0, 7.0), pair("b", 30.0, 15.0), pair("c", 41.0, 50.0)];
        let scaled: Vec<PairedItem> =
            items.iter().map(|i| pair(&i.cluster, 1000.0 * i.a.mean(), 1000.0 * i.b.mean())).collect();
        let (one, other) = (ratio_of_means(&items).unwrap(), ratio_of_means(&scaled).unwrap());
        let (one, other) = (one.estimate(Level::P95), other.estimate(Level::P95));
        assert!((one.low - other.low).abs() < 1e-12 && (one.high - other.high).abs() < 1e-12);
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(ratio_of_means(&[]), Err(RatioError::NoItems));
        assert_eq!(ratio_of_means(&[pair("a", 0.0, 1.0), pair("b", 0.0, 2.0)]), Err(RatioError::ZeroMean));
        assert_eq!(ratio_of_means(&[pair("a", -1.0, 1.0)]), Err(RatioError::Negative { cluster: "a".into() }));
        assert_eq!(ratio_of_means(&[pair("a", 1.0, 1.0)]), Err(RatioError::OneCluster));
    }
}
