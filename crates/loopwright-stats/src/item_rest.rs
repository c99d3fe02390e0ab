//! Items that do not go with the others: item-rest correlation.

use serde::{Deserialize, Serialize};

/// How one item goes with the rest of the suite over respondents.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ItemRest {
    /// The item, counted from 0 in the order given.
    pub item: usize,
    /// Pearson correlation of the item's score with the sum of the others', in [−1, 1]. Below 0, better respondents do
    /// worse here: look for a wrong label. `None` where either does not vary: such an item tells nothing apart.
    pub correlation: Option<f64>,
    /// Mean score of the item over respondents: its easiness.
    pub easiness: f64,
}

/// The item-rest (corrected point-biserial) correlation of each item.
///
/// `scores[respondent][item]`; respondents are versions, mutants or models. With few respondents it is noise: its
/// standard error is about 1/√respondents. Rows are read up to the shortest.
///
/// ```
/// use loopwright_stats::item_rest;
///
/// // The last item is passed by the weak and failed by the strong.
/// let scores = vec![vec![1.0, 1.0, 1.0, 0.0], vec![1.0, 1.0, 0.0, 0.0], vec![1.0, 0.0, 0.0, 1.0]];
/// let items = item_rest(&scores);
/// assert_eq!(items[0].correlation, None);
/// assert!(items[3].correlation.is_some_and(|r| r < 0.0));
/// ```
pub fn item_rest(scores: &[Vec<f64>]) -> Vec<ItemRest> {
    let items = scores.iter().map(Vec::len).min().unwrap_or(0);
    let totals: Vec<f64> = scores.iter().map(|row| row[..items].iter().sum()).collect();
    let of_item = |item: usize| {
        let own: Vec<f64> = scores.iter().map(|row| row[item]).collect();
        let rest: Vec<f64> = totals.iter().zip(&own).map(|(total, own)| total - own).collect();
        let easiness = own.iter().sum::<f64>() / own.len() as f64;
        ItemRest { item, correlation: correlation(&own, &rest), easiness }
    };
    (0..items).map(of_item).collect()
}

fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len() as f64;
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let mut sums = [0.0; 3];
    for (x, y) in x.iter().zip(y) {
        sums[0] += (x - mean_x) * (y - mean_y);
        sums[1] += (x - mean_x).powi(2);
        sums[2] += (y - mean_y).powi(2);
    }
    let scale = (sums[1] * sums[2]).sqrt();
    (scale > 0.0).then(|| (sums[0] / scale).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_nothing_out() {
        assert!(item_rest(&[]).is_empty());
        assert!(item_rest(&[vec![], vec![1.0]]).is_empty());
    }

    #[test]
    fn hand_computed() {
        // Item 0: 1 1 0; rest of it: 2 1 0. r = 1/√(2/3 · 2).
        let scores = vec![vec![1.0, 1.0, 1.0], vec![1.0, 1.0, 0.0], vec![0.0, 0.0, 0.0]];
        let found = item_rest(&scores);
        assert!((found[0].correlation.unwrap() - 1.0 / (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!((found[0].easiness - 2.0 / 3.0).abs() < 1e-12);
    }
}
