//! Many tests at once: adjusted p-values.

/// How to adjust p-values when several tests are read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Holm (1979): controls the chance of any false finding, under any dependence. For decisions.
    Holm,
    /// Benjamini and Hochberg (1995): controls the expected share of false findings, for independent or positively
    /// dependent tests. For exploring slices.
    BenjaminiHochberg,
    /// Benjamini and Yekutieli (2001): as Benjamini–Hochberg, under any dependence.
    BenjaminiYekutieli,
    /// Bonferroni: p times the number of tests; never better than Holm.
    Bonferroni,
}

/// The adjusted p-values, in the order given: compare each with the level as if it were the only one.
///
/// ```
/// use loopwright_stats::{Adjustment, adjusted};
///
/// assert_eq!(adjusted(&[0.03, 0.01], Adjustment::Holm)?, [0.03, 0.02]);
/// # Ok::<(), loopwright_stats::AdjustmentError>(())
/// ```
///
/// # Errors
/// [`AdjustmentError`] when a value is not in [0, 1].
pub fn adjusted(p_values: &[f64], adjustment: Adjustment) -> Result<Vec<f64>, AdjustmentError> {
    if let Some(position) = p_values.iter().position(|p| !(0.0..=1.0).contains(p)) {
        return Err(AdjustmentError { position, value: p_values[position] });
    }
    let tests = p_values.len() as f64;
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&x, &y| p_values[x].total_cmp(&p_values[y]));
    let mut result = vec![0.0; p_values.len()];
    match adjustment {
        Adjustment::Bonferroni => {
            for (place, p) in result.iter_mut().zip(p_values) {
                *place = (p * tests).min(1.0);
            }
        }
        Adjustment::Holm => {
            let mut largest = 0.0_f64;
            for (rank, &index) in order.iter().enumerate() {
                largest = largest.max((p_values[index] * (tests - rank as f64)).min(1.0));
                result[index] = largest;
            }
        }
        Adjustment::BenjaminiHochberg => step_up(p_values, &order, 1.0, &mut result),
        Adjustment::BenjaminiYekutieli => {
            let harmonic = (1..=p_values.len()).map(|i| 1.0 / i as f64).sum();
            step_up(p_values, &order, harmonic, &mut result);
        }
    }
    Ok(result)
}

fn step_up(p_values: &[f64], order: &[usize], factor: f64, result: &mut [f64]) {
    let tests = order.len() as f64;
    let mut smallest = 1.0_f64;
    for (rank, &index) in order.iter().enumerate().rev() {
        smallest = smallest.min(p_values[index] * factor * tests / (rank as f64 + 1.0));
        result[index] = smallest;
    }
}

/// A number that is no p-value.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("adjust p-values: `{value}` at position {position} lies outside 0 to 1")]
pub struct AdjustmentError {
    /// Where, counted from 0.
    pub position: usize,
    /// The value.
    pub value: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn faults_and_nothing() {
        assert_eq!(adjusted(&[], Adjustment::Holm), Ok(vec![]));
        let error = adjusted(&[0.5, 1.5], Adjustment::Holm).unwrap_err();
        assert_eq!((error.position, error.value), (1, 1.5));
        assert!(adjusted(&[f64::NAN], Adjustment::Bonferroni).is_err());
    }

    proptest! {
        #[test]
        fn adjusting_never_lowers_and_keeps_order(p in prop::collection::vec(0.0_f64..=1.0, 1..30)) {
            for kind in [
                Adjustment::Holm,
                Adjustment::BenjaminiHochberg,
                Adjustment::BenjaminiYekutieli,
                Adjustment::Bonferroni,
            ] {
                let after = adjusted(&p, kind).unwrap();
                for i in 0..p.len() {
                    prop_assert!(after[i] >= p[i] - 1e-12 && after[i] <= 1.0);
                    for j in 0..p.len() {
                        prop_assert!(p[i] > p[j] || after[i] <= after[j] + 1e-12);
                    }
                }
            }
        }
    }
}
