//! Kappa-like coefficients: Cohen, Fleiss, Gwet.

use crate::agreement::{Agreement, Weights};
use crate::ratings::Ratings;

impl Weights {
    /// Disagreement of two categories; 0 for the same one.
    fn between(self, one: usize, other: usize) -> f64 {
        let distance = one.abs_diff(other) as f64;
        match self {
            Weights::Nominal => f64::from(u8::from(one != other)),
            Weights::Linear => distance,
            Weights::Quadratic => distance * distance,
        }
    }
}

/// Cohen's kappa of the units that both raters rated.
pub(crate) fn cohen(ratings: &Ratings, units: &[usize], weights: Weights) -> Option<Agreement> {
    let categories = ratings.categories();
    let (mut first, mut second) = (vec![0.0; categories], vec![0.0; categories]);
    let (mut observed, mut pairs) = (0.0, 0.0);
    for &unit in units {
        if let [Some(one), Some(other)] = *ratings.row(unit) {
            first[one] += 1.0;
            second[other] += 1.0;
            observed += weights.between(one, other);
            pairs += 1.0;
        }
    }
    let mut expected = 0.0;
    for (one, given) in first.iter().enumerate() {
        for (other, met) in second.iter().enumerate() {
            expected += weights.between(one, other) * given * met;
        }
    }
    Agreement::from_disagreement(observed / pairs, expected / (pairs * pairs), pairs as u64)
}

/// Fleiss' kappa; the caller has seen to it that every unit has as many ratings.
pub(crate) fn fleiss(ratings: &Ratings, units: &[usize]) -> Option<Agreement> {
    let mut margin = vec![0.0; ratings.categories()];
    let (mut agreed, mut total) = (0.0, 0.0);
    for &unit in units {
        let (counts, raters) = ratings.counts(unit);
        if raters < 2.0 {
            return None;
        }
        agreed += pair_agreement(&counts, raters);
        total += raters;
        for (sum, count) in margin.iter_mut().zip(&counts) {
            *sum += count;
        }
    }
    let chance: f64 = margin.iter().map(|count| (count / total).powi(2)).sum();
    let observed = agreed / units.len() as f64;
    Agreement::from_disagreement(1.0 - observed, 1.0 - chance, units.len() as u64)
}

/// Gwet's AC1 for any number of raters and missing ratings.
pub(crate) fn gwet(ratings: &Ratings, units: &[usize]) -> Option<Agreement> {
    let categories = ratings.categories();
    let mut prevalence = vec![0.0; categories];
    let (mut agreed, mut pairable, mut rated) = (0.0, 0.0, 0.0);
    for &unit in units {
        let (counts, raters) = ratings.counts(unit);
        if raters >= 1.0 {
            rated += 1.0;
            for (sum, count) in prevalence.iter_mut().zip(&counts) {
                *sum += count / raters;
            }
        }
        if raters >= 2.0 {
            pairable += 1.0;
            agreed += pair_agreement(&counts, raters);
        }
    }
    let spread: f64 = prevalence.iter().map(|sum| sum / rated * (1.0 - sum / rated)).sum();
    let chance = spread / (categories as f64 - 1.0);
    Agreement::from_disagreement(1.0 - agreed / pairable, 1.0 - chance, pairable as u64)
}

/// Share of the pairs of ratings of a unit that agree.
fn pair_agreement(counts: &[f64], raters: f64) -> f64 {
    counts.iter().map(|count| count * (count - 1.0)).sum::<f64>() / (raters * (raters - 1.0))
}
