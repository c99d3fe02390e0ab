//! The trials of one item: what is kept of them is all that any estimator needs.

/// The outcomes of the repeated trials of one item, at least one.
///
/// Holds the number, mean and spread of the values and, where every value is 0 or 1, the number of passes. Trials
/// that have no score are left out by the caller, or imputed (see [`crate::impute`]); they are never zeros here.
///
/// ```
/// use loopwright_stats::Trials;
///
/// let passes = Trials::counts(3, 5)?;
/// let same = Trials::values(&[1.0, 1.0, 1.0, 0.0, 0.0])?;
/// assert_eq!((passes.passed(), passes.len()), (same.passed(), same.len()));
/// let graded = Trials::values(&[0.25, 0.5])?;
/// assert_eq!(graded.passed(), None);
/// # Ok::<(), loopwright_stats::TrialsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trials {
    count: u32,
    mean: f64,
    spread: f64,
    passed: Option<u32>,
    least: f64,
    greatest: f64,
}

impl Trials {
    /// `passed` of `total` trials passed.
    ///
    /// # Errors
    /// [`TrialsError`] when `total` is 0 or `passed` exceeds it.
    pub fn counts(passed: u32, total: u32) -> Result<Trials, TrialsError> {
        if total == 0 {
            return Err(TrialsError::NoTrials);
        }
        if passed > total {
            return Err(TrialsError::TooManyPassed { passed, total });
        }
        let mean = f64::from(passed) / f64::from(total);
        Ok(Trials {
            count: total,
            mean,
            spread: f64::from(total) * mean * (1.0 - mean),
            passed: Some(passed),
            least: if passed == total { 1.0 } else { 0.0 },
            greatest: if passed > 0 { 1.0 } else { 0.0 },
        })
    }

    /// The values of the trials, in any unit.
    ///
    /// # Errors
    /// [`TrialsError`] when there is none, or one is not a finite number.
    pub fn values(values: &[f64]) -> Result<Trials, TrialsError> {
        if let Some(position) = values.iter().position(|v| !v.is_finite()) {
            return Err(TrialsError::NotFinite { position, value: values[position] });
        }
        let count = u32::try_from(values.len()).map_err(|_| TrialsError::TooMany)?;
        if values.iter().all(|&v| v == 0.0 || v == 1.0) {
            let passed = values.iter().filter(|&&v| v == 1.0).count();
            return Trials::counts(u32::try_from(passed).map_err(|_| TrialsError::TooMany)?, count);
        }
        let mean = values.iter().sum::<f64>() / f64::from(count);
        Ok(Trials {
            count,
            mean,
            spread: values.iter().map(|v| (v - mean).powi(2)).sum(),
            passed: None,
            least: values.iter().copied().fold(f64::INFINITY, f64::min),
            greatest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// How many trials there are, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "there is always at least one trial")]
    pub fn len(&self) -> u32 {
        self.count
    }

    /// How many passed, where every trial is 0 or 1.
    pub fn passed(&self) -> Option<u32> {
        self.passed
    }

    /// These trials and `others` of the same item.
    #[must_use]
    pub fn joined(&self, others: &Trials) -> Trials {
        let (one, other) = (f64::from(self.count), f64::from(others.count));
        let count = self.count.saturating_add(others.count);
        let mean = (one * self.mean + other * others.mean) / (one + other);
        let between = one * other / (one + other) * (self.mean - others.mean).powi(2);
        Trials {
            count,
            mean,
            spread: self.spread + others.spread + between,
            passed: self.passed.zip(others.passed).map(|(x, y)| x.saturating_add(y)),
            least: self.least.min(others.least),
            greatest: self.greatest.max(others.greatest),
        }
    }

    pub(crate) fn mean(&self) -> f64 {
        self.mean
    }

    /// Sum of squared deviations from the mean of the item.
    pub(crate) fn spread(&self) -> f64 {
        self.spread
    }

    /// The value that lies outside [0, 1], where one does.
    pub(crate) fn outside_unit(&self) -> Option<f64> {
        if self.least < 0.0 {
            Some(self.least)
        } else if self.greatest > 1.0 {
            Some(self.greatest)
        } else {
            None
        }
    }
}

/// Values that are not the trials of an item.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrialsError {
    /// No trials: an item without scored trials is left out or imputed, not averaged.
    #[error("read the trials of an item: there are none")]
    NoTrials,
    /// More passes than trials.
    #[error("read the trials of an item: `{passed}` passed of only `{total}`")]
    TooManyPassed {
        /// Passes given.
        passed: u32,
        /// Trials given.
        total: u32,
    },
    /// A value is NaN or infinite.
    #[error("read the trials of an item: value `{value}` at position {position} is not a finite number")]
    NotFinite {
        /// Where, counted from 0.
        position: usize,
        /// The value.
        value: f64,
    },
    /// More than 2³² trials.
    #[error("read the trials of an item: more than 4294967295 of them")]
    TooMany,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_values_agree() {
        let counted = Trials::counts(2, 3).unwrap();
        assert_eq!(counted, Trials::values(&[1.0, 0.0, 1.0]).unwrap());
        assert!((counted.spread() - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn graded_values_keep_their_spread_and_range() {
        let trials = Trials::values(&[0.2, 0.4, 1.5]).unwrap();
        assert!((trials.mean() - 0.7).abs() < 1e-12);
        assert!((trials.spread() - (0.25 + 0.09 + 0.64)).abs() < 1e-12);
        assert_eq!(trials.outside_unit(), Some(1.5));
        let parts = [Trials::values(&[0.2, 1.5]).unwrap(), Trials::values(&[0.4]).unwrap()];
        let joined = parts[0].joined(&parts[1]);
        assert!((joined.spread() - trials.spread()).abs() < 1e-12 && (joined.mean() - trials.mean()).abs() < 1e-12);
    }

    #[test]
    fn bad_trials_are_refused() {
        assert_eq!(Trials::values(&[]), Err(TrialsError::NoTrials));
        let error = Trials::values(&[1.0, f64::NAN]).unwrap_err();
        assert_eq!(error.to_string(), "read the trials of an item: value `NaN` at position 1 is not a finite number");
        assert_eq!(Trials::counts(2, 1), Err(TrialsError::TooManyPassed { passed: 2, total: 1 }));
    }
}
