//! How far raters agree beyond chance.

use crate::bootstrap::{BootstrapError, Resampling, bootstrap};
use crate::kappa::{cohen, fleiss, gwet};
use crate::krippendorff::krippendorff;
use crate::{Level, Ratings};
use loopwright_core::Estimate;
use serde::{Deserialize, Serialize};

/// What a disagreement between two categories weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weights {
    /// Any two different categories disagree alike.
    Nominal,
    /// By their distance.
    Linear,
    /// By the square of their distance.
    Quadratic,
}

/// What the categories of Krippendorff's alpha mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RatingScale {
    /// Names without order.
    Nominal,
    /// Ranks.
    Ordinal,
    /// Numbers: category k is k.
    Interval,
}

/// A coefficient of agreement: 1 is perfect, 0 is chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coefficient {
    /// Cohen (1960, 1968): two raters, `1 − Σw·o/Σw·e` with chance from each rater's own margin. Units that one of them
    /// did not rate are left out.
    Cohen(Weights),
    /// Fleiss (1971): any number of raters, as many ratings for every unit; chance from the pooled margin.
    Fleiss,
    /// Krippendorff: `α = 1 − D_o/D_e` from coincidences; any number of raters, missing ratings, three scales. Units
    /// with one rating are left out.
    Krippendorff(RatingScale),
    /// Gwet (2008) AC1: chance `Σπ(1−π)/(K−1)`; steady where one category is rare, where kappa collapses. Missing
    /// ratings allowed.
    GwetAc1,
}

/// A coefficient with the agreement it was made from.
///
/// For weighted and scaled coefficients, `observed` and `expected` are one less the disagreements, in units in which
/// the expected disagreement of the scale is as defined by the coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// The coefficient, at most 1; below 0 the raters agree less than by chance.
    pub coefficient: f64,
    /// Agreement that was seen.
    pub observed: f64,
    /// Agreement expected by chance.
    pub expected: f64,
    /// Units that counted.
    pub units: u64,
}

impl Agreement {
    /// From disagreements: coefficient 1 − observed/expected.
    pub(crate) fn from_disagreement(observed: f64, expected: f64, units: u64) -> Option<Agreement> {
        (units > 0 && expected > 0.0).then(|| Agreement {
            coefficient: 1.0 - observed / expected,
            observed: 1.0 - observed,
            expected: 1.0 - expected,
            units,
        })
    }
}

/// The coefficient over all units. Read it beside the base rate: a judge that always says "pass" agrees often.
///
/// ```
/// use loopwright_stats::{Coefficient, Ratings, Weights, agreement};
///
/// let rows = [(1, 1), (1, 1), (0, 0), (0, 1)].map(|(person, judge)| vec![Some(person), Some(judge)]);
/// let found = agreement(&Ratings::new(rows.to_vec(), 2)?, Coefficient::Cohen(Weights::Nominal))?;
/// assert!((found.coefficient - 0.5).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`AgreementError`] when the coefficient does not fit the raters, or chance alone already agrees wholly.
pub fn agreement(ratings: &Ratings, coefficient: Coefficient) -> Result<Agreement, AgreementError> {
    check(ratings, coefficient)?;
    let everyone: Vec<usize> = (0..ratings.units()).collect();
    over(ratings, coefficient, &everyone).ok_or(AgreementError::Undefined)
}

/// The coefficient with a bootstrap interval over units.
///
/// # Errors
/// As [`agreement`], and [`AgreementError::Interval`] when no interval can be bootstrapped.
pub fn agreement_estimate(
    ratings: &Ratings,
    coefficient: Coefficient,
    resampling: Resampling,
    level: Level,
) -> Result<Estimate, AgreementError> {
    agreement(ratings, coefficient)?;
    let statistic = |units: &[usize]| over(ratings, coefficient, units).map_or(f64::NAN, |a| a.coefficient);
    Ok(bootstrap(ratings.units(), statistic, resampling, level)?)
}

fn check(ratings: &Ratings, coefficient: Coefficient) -> Result<(), AgreementError> {
    let raters = ratings.raters();
    match coefficient {
        Coefficient::Cohen(_) if raters != 2 => Err(AgreementError::TwoRaters { raters }),
        Coefficient::Fleiss => {
            let expected = ratings.counts(0).1;
            match (0..ratings.units()).find(|&unit| ratings.counts(unit).1 != expected) {
                Some(unit) => Err(AgreementError::Unequal { unit }),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn over(ratings: &Ratings, coefficient: Coefficient, units: &[usize]) -> Option<Agreement> {
    match coefficient {
        Coefficient::Cohen(weights) => cohen(ratings, units, weights),
        Coefficient::Fleiss => fleiss(ratings, units),
        Coefficient::Krippendorff(scale) => krippendorff(ratings, units, scale),
        Coefficient::GwetAc1 => gwet(ratings, units),
    }
}

/// Why agreement could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// Cohen's kappa compares two raters.
    #[error("compute Cohen's kappa of {raters} raters: it compares 2; use Fleiss, Krippendorff or Gwet for more")]
    TwoRaters {
        /// Raters found.
        raters: usize,
    },
    /// Fleiss' kappa needs as many ratings for each unit.
    #[error(
        "compute Fleiss' kappa: unit {unit} has another number of ratings than the first; use Krippendorff or Gwet"
    )]
    Unequal {
        /// The unit, counted from 0.
        unit: usize,
    },
    /// Nothing to compare, or no variation.
    #[error("compute agreement: no unit has two ratings, or only one category was ever given")]
    Undefined,
    /// The interval failed.
    #[error("compute the interval of an agreement")]
    Interval(#[from] BootstrapError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BootstrapKind;

    fn pairs(counts: [(usize, usize, usize); 4]) -> Ratings {
        let rows = counts.iter().flat_map(|&(a, b, n)| std::iter::repeat_n(vec![Some(a), Some(b)], n)).collect();
        Ratings::new(rows, 2).unwrap()
    }

    #[test]
    fn ac1_survives_a_rare_category() {
        let skewed = pairs([(1, 1, 118), (1, 0, 5), (0, 1, 2), (0, 0, 0)]);
        let kappa = agreement(&skewed, Coefficient::Cohen(Weights::Nominal)).unwrap();
        let ac1 = agreement(&skewed, Coefficient::GwetAc1).unwrap();
        assert!(kappa.coefficient < 0.0 && ac1.coefficient > 0.9, "{kappa:?} {ac1:?}");
        assert!((kappa.observed - 118.0 / 125.0).abs() < 1e-12 && (ac1.observed - kappa.observed).abs() < 1e-12);
    }

    #[test]
    fn faults_are_named() {
        let constant = pairs([(1, 1, 10), (1, 0, 0), (0, 1, 0), (0, 0, 0)]);
        for coefficient in
            [Coefficient::Cohen(Weights::Nominal), Coefficient::Fleiss, Coefficient::Krippendorff(RatingScale::Nominal)]
        {
            assert_eq!(agreement(&constant, coefficient), Err(AgreementError::Undefined));
        }
        let three = Ratings::new(vec![vec![Some(0), Some(1), None], vec![Some(0), Some(1), Some(1)]], 2).unwrap();
        let cohen = agreement(&three, Coefficient::Cohen(Weights::Linear));
        assert_eq!(cohen, Err(AgreementError::TwoRaters { raters: 3 }));
        assert_eq!(agreement(&three, Coefficient::Fleiss), Err(AgreementError::Unequal { unit: 1 }));
    }

    #[test]
    fn interval_holds_the_coefficient() {
        let ratings = pairs([(1, 1, 40), (1, 0, 8), (0, 1, 6), (0, 0, 26)]);
        let resampling = Resampling { kind: BootstrapKind::Bca, draws: 500, seed: 4 };
        let coefficient = Coefficient::Cohen(Weights::Nominal);
        let estimate = agreement_estimate(&ratings, coefficient, resampling, Level::P95).unwrap();
        assert_eq!(estimate.point, agreement(&ratings, coefficient).unwrap().coefficient);
        assert!(estimate.low > 0.3 && estimate.high < 0.9 && estimate.n_items == 80, "{estimate:?}");
    }
}
