//! Whether a metric separates versions: signal to noise, and decisions it gets right.

use crate::Count;
use serde::{Deserialize, Serialize};

/// Signal and noise of a metric, both relative to its mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SignalToNoise {
    /// Spread over versions: (max − min)/mean.
    pub signal: f64,
    /// Spread over repeats of one version: standard deviation (over n)/mean.
    pub noise: f64,
    /// signal/noise; versions closer together than the noise cannot be told apart.
    pub ratio: f64,
}

/// Signal to noise of a metric (Heineman et al. 2025, arXiv:2508.13144): `versions` holds one score of each version,
/// `repeats` the scores of repeated runs of one version.
///
/// # Errors
/// [`SignalError`] when there are fewer than two of either, a mean is not positive, or repeats do not vary.
pub fn signal_to_noise(versions: &[f64], repeats: &[f64]) -> Result<SignalToNoise, SignalError> {
    if versions.len() < 2 || repeats.len() < 2 {
        return Err(SignalError::TooFew { versions: versions.len(), repeats: repeats.len() });
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (version_mean, repeat_mean) = (mean(versions), mean(repeats));
    // Written so that NaN is refused too.
    let positive = version_mean > 0.0 && repeat_mean > 0.0;
    if !positive {
        return Err(SignalError::MeanNotPositive);
    }
    let most = versions.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = versions.iter().copied().fold(f64::INFINITY, f64::min);
    let variance = repeats.iter().map(|v| (v - repeat_mean).powi(2)).sum::<f64>() / repeats.len() as f64;
    if variance == 0.0 {
        return Err(SignalError::NoNoise);
    }
    let (signal, noise) = ((most - least) / version_mean, variance.sqrt() / repeat_mean);
    Ok(SignalToNoise { signal, noise, ratio: signal / noise })
}

/// Decision accuracy: of the pairs of versions that the trusted metric tells apart, how many the metric orders the same
/// way.
///
/// A tie of the metric counts as wrong: it decides nothing. The pairs share versions and are not independent, so an
/// interval of this count is too narrow.
///
/// # Errors
/// [`SignalError`] when the lists differ in length or no pair is told apart.
pub fn decision_accuracy(metric: &[f64], trusted: &[f64]) -> Result<Count, SignalError> {
    if metric.len() != trusted.len() {
        return Err(SignalError::Unpaired { metric: metric.len(), trusted: trusted.len() });
    }
    let (mut right, mut pairs) = (0, 0);
    for later in 1..metric.len() {
        for earlier in 0..later {
            let (here, there) = (metric[later] - metric[earlier], trusted[later] - trusted[earlier]);
            if there != 0.0 {
                pairs += 1;
                right += u64::from(here * there > 0.0);
            }
        }
    }
    Count::new(right, pairs).map_err(|_| SignalError::NoDecisions)
}

/// Why the signal of a metric could not be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignalError {
    /// Too few scores.
    #[error("measure the signal of a metric: {versions} versions and {repeats} repeats; at least 2 of each are needed")]
    TooFew {
        /// Versions given.
        versions: usize,
        /// Repeats given.
        repeats: usize,
    },
    /// Relative spread needs a positive mean.
    #[error("measure the signal of a metric: its mean is not positive, so spread relative to it has no meaning")]
    MeanNotPositive,
    /// Repeats are all the same.
    #[error("measure the signal of a metric: repeated runs do not vary, so its noise is unknown; add repeats")]
    NoNoise,
    /// Lists of different length.
    #[error("measure decision accuracy: {metric} versions on the metric, {trusted} on the trusted one")]
    Unpaired {
        /// Scores of the metric.
        metric: usize,
        /// Scores of the trusted metric.
        trusted: usize,
    },
    /// The trusted metric tells no pair apart.
    #[error("measure decision accuracy: the trusted metric tells no two versions apart")]
    NoDecisions,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions() {
        let count = decision_accuracy(&[0.1, 0.2, 0.3, 0.3], &[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert_eq!((count.passed(), count.total()), (5, 6));
        assert_eq!(decision_accuracy(&[0.1], &[1.0]), Err(SignalError::NoDecisions));
        assert_eq!(decision_accuracy(&[0.1], &[]), Err(SignalError::Unpaired { metric: 1, trusted: 0 }));
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(signal_to_noise(&[0.5, 0.6], &[0.5, 0.5]), Err(SignalError::NoNoise));
        assert_eq!(signal_to_noise(&[0.0, 0.0], &[0.5, 0.4]), Err(SignalError::MeanNotPositive));
        assert_eq!(signal_to_noise(&[0.5], &[0.5, 0.4]), Err(SignalError::TooFew { versions: 1, repeats: 2 }));
    }
}
