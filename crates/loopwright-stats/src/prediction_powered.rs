//! The mean of human labels, sharpened by a judge that also looked at items without labels.

use crate::Level;
use crate::distribution::normal_quantile;
use loopwright_core::{Estimate, Method};
use serde::{Deserialize, Serialize};

/// One item that both a person and the judge scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelledItem {
    /// What the person said, as a number.
    pub label: f64,
    /// What the judge said, on the same scale.
    pub judged: f64,
}

/// How far to trust the judge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum JudgeWeight {
    /// Chosen from the data to make the interval narrow (PPI++); 0 where the judge tells nothing.
    Tuned,
    /// A weight fixed beforehand; 1 is plain prediction-powered inference, 0 ignores the judge.
    Fixed(f64),
}

/// A prediction-powered mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PredictionPowered {
    /// The mean label over the population of items, with its interval, in the unit of the labels.
    pub estimate: Estimate,
    /// The weight λ that the judge got.
    pub weight: f64,
}

/// Prediction-powered mean of labels: `θ̂ = λ·mean_N(f) + mean_n(y − λf)`, with a normal interval.
///
/// `Var = λ²·Var(f)/N + Var(y − λf)/n` over the N judged-only and n labelled items; the tuned weight is
/// `λ̂ = Cov(y, f)/((1 + n/N)·Var(f))` cut to [0, 1] (Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453). Unbiased
/// however wrong the judge is, provided labelled and judged-only items are drawn from the same population; items must
/// be independent. The interval is asymptotic: some 50 labels.
///
/// ```
/// use loopwright_stats::{JudgeWeight, LabelledItem, Level, ppi_mean};
///
/// let item = |label: f64, judged: f64| LabelledItem { label, judged };
/// let labelled: Vec<_> = (0..60).map(|i| item(f64::from(i % 3 / 2), f64::from(u8::from(i % 3 == 2 || i % 10 == 0)))).collect();
/// let judged: Vec<f64> = (0..600).map(|i| f64::from(u8::from(i % 5 < 2))).collect();
/// let sharpened = ppi_mean(&labelled, &judged, JudgeWeight::Tuned, Level::P95)?;
/// let alone = ppi_mean(&labelled, &judged, JudgeWeight::Fixed(0.0), Level::P95)?;
/// assert!(sharpened.estimate.half_width() < alone.estimate.half_width());
/// # Ok::<(), loopwright_stats::PpiError>(())
/// ```
///
/// # Errors
/// [`PpiError`] when a list holds fewer than two items or a value that is not finite.
pub fn ppi_mean(
    labelled: &[LabelledItem],
    judged_only: &[f64],
    weight: JudgeWeight,
    level: Level,
) -> Result<PredictionPowered, PpiError> {
    if labelled.len() < 2 || judged_only.len() < 2 {
        return Err(PpiError::TooFew { labelled: labelled.len(), judged_only: judged_only.len() });
    }
    let (n, many) = (labelled.len() as f64, judged_only.len() as f64);
    let weight = match weight {
        JudgeWeight::Fixed(weight) => weight,
        JudgeWeight::Tuned => tuned_weight(labelled, judged_only),
    };
    let rectifier: Vec<f64> = labelled.iter().map(|item| item.label - weight * item.judged).collect();
    let (judged_mean, judged_variance) = moments(judged_only);
    let (rectifier_mean, rectifier_variance) = moments(&rectifier);
    let point = weight * judged_mean + rectifier_mean;
    let error = (weight * weight * judged_variance / many + rectifier_variance / n).sqrt();
    if !point.is_finite() || !error.is_finite() {
        return Err(PpiError::NotFinite);
    }
    let half = normal_quantile(1.0 - level.alpha() / 2.0) * error;
    let items = labelled.len() as u64 + judged_only.len() as u64;
    let estimate = Estimate {
        point,
        low: point - half,
        high: point + half,
        level: level.get(),
        n_items: items,
        n_trials: items,
        method: Method::PredictionPowered,
    };
    Ok(PredictionPowered { estimate, weight })
}

fn tuned_weight(labelled: &[LabelledItem], judged_only: &[f64]) -> f64 {
    let n = labelled.len() as f64;
    let label_mean = labelled.iter().map(|item| item.label).sum::<f64>() / n;
    let judged_mean = labelled.iter().map(|item| item.judged).sum::<f64>() / n;
    let covariance =
        labelled.iter().map(|item| (item.label - label_mean) * (item.judged - judged_mean)).sum::<f64>() / n;
    let everyone: Vec<f64> = labelled.iter().map(|item| item.judged).chain(judged_only.iter().copied()).collect();
    let all = everyone.len() as f64;
    let variance = moments(&everyone).1 * all / (all - 1.0);
    if variance > 0.0 { (covariance / ((1.0 + n / judged_only.len() as f64) * variance)).clamp(0.0, 1.0) } else { 0.0 }
}

/// Mean and variance (over n).
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n)
}

/// Why a prediction-powered mean could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PpiError {
    /// Too few items.
    #[error(
        "combine labels with a judge: {labelled} labelled and {judged_only} judged-only items; at least 2 of each are needed"
    )]
    TooFew {
        /// Labelled items.
        labelled: usize,
        /// Judged-only items.
        judged_only: usize,
    },
    /// A value is NaN or infinite.
    #[error("combine labels with a judge: a label, a judgement or the weight is not a finite number")]
    NotFinite,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn faults_are_named() {
        let none = ppi_mean(&[], &[1.0], JudgeWeight::Tuned, Level::P95);
        assert_eq!(none, Err(PpiError::TooFew { labelled: 0, judged_only: 1 }));
        let item = LabelledItem { label: f64::NAN, judged: 0.0 };
        let nan = ppi_mean(&[item, item], &[1.0, 0.0], JudgeWeight::Fixed(1.0), Level::P95);
        assert_eq!(nan, Err(PpiError::NotFinite));
    }

    #[test]
    fn coverage_and_gain() {
        let mut rng = SeededRng::new(81);
        let (mut covered, mut narrower) = (0_u32, 0_u32);
        for _ in 0..1_000 {
            let mut pair = || {
                let label = rng.flip(0.6);
                let judged = rng.flip(if label { 0.9 } else { 0.2 });
                LabelledItem { label: f64::from(u8::from(label)), judged: f64::from(u8::from(judged)) }
            };
            let labelled: Vec<LabelledItem> = (0..80).map(|_| pair()).collect();
            let judged: Vec<f64> = (0..500).map(|_| pair().judged).collect();
            let tuned = ppi_mean(&labelled, &judged, JudgeWeight::Tuned, Level::P95).unwrap();
            let alone = ppi_mean(&labelled, &judged, JudgeWeight::Fixed(0.0), Level::P95).unwrap();
            covered += u32::from(tuned.estimate.covers(0.6));
            narrower += u32::from(tuned.estimate.half_width() < alone.estimate.half_width());
        }
        assert!((930..=970).contains(&covered), "{covered}");
        assert!(narrower > 950, "{narrower}");
    }
}
