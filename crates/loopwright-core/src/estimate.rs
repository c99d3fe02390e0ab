//! An aggregate with its interval: the only form in which a number about many trials leaves `stats`.

use serde::{Deserialize, Serialize};

/// An estimate of one quantity, with the interval that says how far to trust it.
///
/// Invariant: `low <= point <= high` whenever the three are finite; `n_items` counts independent items (cases or
/// clusters), never trials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The point estimate, in the unit of what is estimated.
    pub point: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Confidence (or credible) level of the interval, in (0, 1).
    pub level: f64,
    /// Independent items behind the number: cases, or groups where cases are grouped.
    pub n_items: u64,
    /// Trials behind the number; at least `n_items` unless trials were dropped as unscored.
    pub n_trials: u64,
    /// How the interval was made.
    pub method: Method,
}

impl Estimate {
    /// Half the width of the interval, in the unit of the estimate.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Whether the interval contains `value`.
    pub fn covers(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// How an interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Method {
    /// Wilson score interval of a proportion.
    Wilson,
    /// Clopper–Pearson exact interval of a proportion; conservative.
    ClopperPearson,
    /// Equal-tailed interval of a Beta posterior.
    Beta,
    /// Student's t on item means.
    StudentT,
    /// Cluster-robust standard error with t quantiles on clusters less one.
    ClusterT,
    /// Item-level bootstrap, percentile.
    BootstrapPercentile,
    /// Item-level bootstrap, bias-corrected and accelerated.
    BootstrapBca,
    /// Wilson interval on the effective number of items.
    EffectiveWilson,
    /// Newcombe hybrid-score interval of a difference of proportions.
    Newcombe,
    /// Anytime-valid confidence sequence.
    ConfidenceSequence,
    /// Agresti–Coull interval of a proportion.
    AgrestiCoull,
    /// Student's t on the logarithm, for a ratio.
    LogT,
    /// Prediction-powered: many judged trials corrected by a few labelled ones.
    PredictionPowered,
    /// A rate corrected for the judge's sensitivity and specificity.
    RoganGladen,
    /// Equal-tailed interval of a Beta–binomial posterior over items.
    BetaBinomial,
    /// Equal-tailed interval of the posterior of a paired difference.
    PairedPosterior,
}
