//! Tests that a paired difference is small: equivalence and non-inferiority.

use crate::{Better, Difference, Side};

/// P-value of equivalence against "the arms differ by the margin or more": the larger of the p-values of the two
/// one-sided tests at −margin and +margin (TOST, Schuirmann 1987, J. Pharmacokinet. Biopharm. 15).
///
/// `margin` is in the unit of the difference; one of 0 or less can never be met and gives 1. Each of the two tests runs at
/// the full level, so p ≤ α exactly when the two-sided interval at 1 − 2α lies within ±margin. The error is that of the
/// one-sided bounds: see [`crate::rate_difference`] for where they hold, and [`crate::cautious_rate_difference`] for fewer
/// than some 200 cases.
///
/// ```
/// use loopwright_stats::{PairedItem, Trials, difference, equivalence_p_value};
///
/// let pairs: Vec<PairedItem> = (0..40)
///     .map(|case| {
///         let tokens = |more: f64| Trials::values(&[100.0 + more]);
///         Ok(PairedItem::new(case.to_string(), tokens(0.0)?, tokens(f64::from(case % 3) - 1.0)?))
///     })
///     .collect::<Result<_, loopwright_stats::TrialsError>>()?;
/// let found = difference(&pairs)?;
/// assert!(equivalence_p_value(&found, 2.0) < 0.05);
/// assert!(equivalence_p_value(&found, 0.1) > 0.05);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn equivalence_p_value(difference: &Difference, margin: f64) -> f64 {
    if margin.is_nan() || margin <= 0.0 {
        return 1.0;
    }
    difference.p_value(Side::Lower, -margin).max(difference.p_value(Side::Upper, margin))
}

/// P-value of non-inferiority against "B is worse by the margin or more": one one-sided test, at the margin on the worse
/// side.
///
/// `margin` is in the unit of the difference and is taken as 0 when it is negative or no number; a margin of 0 asks whether
/// B is better. Source: Wellek 2010, *Testing Statistical Hypotheses of Equivalence and Noninferiority*, §5.
pub fn non_inferiority_p_value(difference: &Difference, margin: f64, better: Better) -> f64 {
    let margin = margin.max(0.0);
    match better {
        Better::Higher => difference.p_value(Side::Lower, -margin),
        Better::Lower => difference.p_value(Side::Upper, margin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Level, PairedItem, Trials, Verdict, VerdictRule, difference, verdict};

    /// Item differences 1, 2, …, 9, less 5: mean 0, s² = 7.5, standard error √(7.5/9).
    fn nine() -> Difference {
        let value = |value: f64| Trials::values(&[value]).unwrap();
        let items: Vec<PairedItem> =
            (1..=9).map(|i| PairedItem::new(i.to_string(), value(5.0), value(f64::from(i)))).collect();
        difference(&items).unwrap()
    }

    #[test]
    fn the_worse_of_two_sides_decides() {
        // t = 2/√(7.5/9) = 2.190890 with 8 degrees of freedom has an upper tail of 0.029919, by integration of its density.
        assert!(
            (equivalence_p_value(&nine(), 2.0) - 0.029_918_934_8).abs() < 1e-8,
            "{}",
            equivalence_p_value(&nine(), 2.0)
        );
        assert_eq!(equivalence_p_value(&nine(), 2.0), non_inferiority_p_value(&nine(), 2.0, Better::Higher));
        assert!(
            (equivalence_p_value(&nine(), 2.0) - non_inferiority_p_value(&nine(), 2.0, Better::Lower)).abs() < 1e-12
        );
    }

    #[test]
    fn no_margin_is_never_met() {
        for margin in [0.0, -1.0, f64::NAN] {
            assert_eq!(equivalence_p_value(&nine(), margin), 1.0);
            assert!((non_inferiority_p_value(&nine(), margin, Better::Higher) - 0.5).abs() < 1e-12);
        }
    }

    #[test]
    fn agrees_with_the_verdict() {
        for margin in [1.2, 1.5, 1.6, 1.7, 1.8, 2.5] {
            let rule = VerdictRule { margin, level: Level::P95, better: Better::Higher };
            let said = verdict(&nine(), &rule) == Verdict::Equivalent;
            assert_eq!(said, equivalence_p_value(&nine(), margin) < 0.05, "{margin}");
        }
    }
}
