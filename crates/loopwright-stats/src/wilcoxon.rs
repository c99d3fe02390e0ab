//! Wilcoxon's signed-rank test of paired differences.

use crate::clusters::Clusters;
use crate::distribution::normal_cdf;
use crate::{PValues, PairedItem};

/// Without ties, the distribution is enumerated up to this many differences.
const EXACT_DIFFERENCES: usize = 50;

/// What the signed-rank test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRank {
    /// The p-values.
    pub p: PValues,
    /// Sum of the ranks of the differences in favour of B.
    pub positive_ranks: f64,
    /// Sum of the ranks of the differences in favour of A.
    pub negative_ranks: f64,
    /// Differences other than 0.
    pub differing: u64,
    /// Whether the p-values are exact; otherwise normal, with correction for ties.
    pub exact: bool,
}

/// Tests "differences are symmetric about 0" on the mean difference of each cluster.
///
/// Wilcoxon (1945): differences of 0 are dropped, the others ranked by size, ties share their mean rank. Up to 50
/// differences without ties the p-values are exact; otherwise the normal approximation with
/// `Var = n(n+1)(2n+1)/24 − Σ(t³−t)/48` and no continuity correction is used, as in scipy. Less swayed by a few huge
/// differences than [`crate::difference`], but it answers about the typical case, not the mean. With no difference at
/// all, every p-value is 1.
pub fn wilcoxon(items: &[PairedItem]) -> SignedRank {
    let clusters = Clusters::of(items.iter().map(PairedItem::clustered_difference));
    let mut differences: Vec<f64> =
        clusters.iter().map(|cluster| cluster.sum / cluster.items).filter(|&d| d != 0.0).collect();
    differences.sort_by(|x, y| x.abs().total_cmp(&y.abs()));
    let ranks = mean_ranks(&differences);
    let total: f64 = ranks.iter().sum();
    let positive = ranks.iter().zip(&differences).filter(|(_, d)| **d > 0.0).fold(0.0, |sum, (rank, _)| sum + rank);
    let exact = differences.len() <= EXACT_DIFFERENCES && ranks.windows(2).all(|pair| pair[0] < pair[1]);
    let p = if exact { exact_p(positive, differences.len()) } else { normal_p(positive, &ranks) };
    SignedRank { p, positive_ranks: positive, negative_ranks: total - positive, differing: ranks.len() as u64, exact }
}

/// Ranks from 1 of values sorted by size; equal sizes share their mean rank.
fn mean_ranks(sorted: &[f64]) -> Vec<f64> {
    let mut ranks = Vec::with_capacity(sorted.len());
    for tied in sorted.chunk_by(|x, y| x.abs() == y.abs()) {
        let before = ranks.len() as f64;
        let mean = before + (tied.len() as f64 + 1.0) / 2.0;
        ranks.extend(std::iter::repeat_n(mean, tied.len()));
    }
    ranks
}

/// Counts subsets of {1..n} by their sum: each is equally likely under the null.
fn exact_p(positive: f64, n: usize) -> PValues {
    let most = n * (n + 1) / 2;
    let mut mass = vec![0.0_f64; most + 1];
    mass[0] = 1.0;
    for rank in 1..=n {
        for sum in (0..=most).rev() {
            let with = if sum >= rank { mass[sum - rank] } else { 0.0 };
            mass[sum] = 0.5 * (mass[sum] + with);
        }
    }
    let observed = positive as usize;
    PValues::doubling(mass[observed..].iter().sum(), mass[..=observed].iter().sum())
}

fn normal_p(positive: f64, ranks: &[f64]) -> PValues {
    let n = ranks.len() as f64;
    let ties: f64 = ranks.chunk_by(|x, y| x == y).map(|tied| (tied.len() as f64).powi(3) - tied.len() as f64).sum();
    let variance = n * (n + 1.0) * (2.0 * n + 1.0) / 24.0 - ties / 48.0;
    let z = (positive - n * (n + 1.0) / 4.0) / variance.sqrt();
    PValues::doubling(normal_cdf(-z), normal_cdf(z))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Trials;

    fn pairs(differences: &[f64]) -> Vec<PairedItem> {
        let zero = Trials::values(&[0.0]).unwrap();
        differences
            .iter()
            .enumerate()
            .map(|(i, &d)| PairedItem::new(i.to_string(), zero, Trials::values(&[d]).unwrap()))
            .collect()
    }

    #[test]
    fn small_exact_table() {
        // All five differences in favour of B: one subset of 2^5.
        let found = wilcoxon(&pairs(&[1.0, 2.0, 3.0, 4.0, 5.0]));
        assert_eq!((found.exact, found.positive_ranks, found.negative_ranks), (true, 15.0, 0.0));
        assert!((found.p.greater - 1.0 / 32.0).abs() < 1e-12);
        assert!((found.p.two_sided - 1.0 / 16.0).abs() < 1e-12);
    }

    #[test]
    fn ties_share_ranks() {
        let found = wilcoxon(&pairs(&[1.0, -1.0, 2.0, 0.0]));
        assert_eq!((found.positive_ranks, found.negative_ranks, found.differing), (4.5, 1.5, 3));
        assert!(!found.exact);
    }

    #[test]
    fn nothing_differs() {
        assert_eq!(wilcoxon(&pairs(&[0.0, 0.0])).p.two_sided, 1.0);
    }
}
