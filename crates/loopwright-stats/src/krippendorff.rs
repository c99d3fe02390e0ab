//! Krippendorff's alpha from the coincidences of ratings.

use crate::agreement::{Agreement, RatingScale};
use crate::ratings::Ratings;

/// Alpha over the units with two ratings or more (Krippendorff 2011, "Computing Krippendorff's alpha-reliability").
pub(crate) fn krippendorff(ratings: &Ratings, units: &[usize], scale: RatingScale) -> Option<Agreement> {
    let categories = ratings.categories();
    let mut coincidences = vec![vec![0.0; categories]; categories];
    let mut pairable = 0;
    for &unit in units {
        let (counts, raters) = ratings.counts(unit);
        if raters < 2.0 {
            continue;
        }
        pairable += 1;
        for one in 0..categories {
            for other in 0..categories {
                let pairs = if one == other { counts[one] * (counts[one] - 1.0) } else { counts[one] * counts[other] };
                coincidences[one][other] += pairs / (raters - 1.0);
            }
        }
    }
    let margin: Vec<f64> = coincidences.iter().map(|row| row.iter().sum()).collect();
    let total: f64 = margin.iter().sum();
    let (mut observed, mut expected) = (0.0, 0.0);
    for one in 0..categories {
        for other in 0..categories {
            let difference = squared_difference(scale, one, other, &margin);
            observed += coincidences[one][other] * difference;
            expected += margin[one] * margin[other] * difference;
        }
    }
    Agreement::from_disagreement(observed / total, expected / (total * (total - 1.0)), pairable)
}

fn squared_difference(scale: RatingScale, one: usize, other: usize, margin: &[f64]) -> f64 {
    let (low, high) = (one.min(other), one.max(other));
    match scale {
        RatingScale::Nominal => f64::from(u8::from(low != high)),
        RatingScale::Interval => ((high - low) as f64).powi(2),
        RatingScale::Ordinal => {
            let between: f64 = margin[low..=high].iter().sum();
            (between - 0.5 * (margin[low] + margin[high])).powi(2)
        }
    }
}
