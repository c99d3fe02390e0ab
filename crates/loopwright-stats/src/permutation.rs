//! The paired sign-flip permutation test: exact where few cases differ.

use crate::clusters::Clusters;
use crate::{PValues, PairedItem, SeededRng};

/// Up to this many clusters that differ, every sign pattern is visited.
const EXACT_CLUSTERS: usize = 16;
/// Sign patterns drawn beyond that.
const DRAWS: u32 = 9_999;
/// Sums closer than this share of the largest are ties, so that rounding does not split them.
const TIE: f64 = 1e-9;

/// What the permutation test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Permutation {
    /// The p-values.
    pub p: PValues,
    /// Clusters with a difference other than 0; the others say nothing to this test.
    pub differing: u64,
    /// Whether every sign pattern was visited; otherwise 9,999 were drawn.
    pub exact: bool,
}

/// Tests "the arms are exchangeable within a case" by flipping the sign of each cluster's summed difference.
///
/// Fisher's randomisation test on the mean paired difference. With at most 16 differing clusters all 2^m patterns are
/// counted and the p-values are exact; beyond, 9,999 patterns are drawn from `seed` and `(1 + hits)/(1 + draws)` keeps
/// the test valid (Phipson and Smyth 2010). Domain: any finite values. With no difference at all, every p-value is 1.
/// The type-I error is at most the level whatever the distribution, provided differences are symmetric when the arms
/// do not differ.
///
/// ```
/// use loopwright_stats::{PairedItem, Trials, sign_flip};
///
/// let items: Vec<PairedItem> = (0..6)
///     .map(|case| Ok(PairedItem::new(case.to_string(), Trials::counts(0, 1)?, Trials::counts(1, 1)?)))
///     .collect::<Result<_, loopwright_stats::TrialsError>>()?;
/// let found = sign_flip(&items, 0);
/// assert!(found.exact);
/// assert_eq!(found.p.greater, 1.0 / 64.0);
/// # Ok::<(), loopwright_stats::TrialsError>(())
/// ```
pub fn sign_flip(items: &[PairedItem], seed: u64) -> Permutation {
    let clusters = Clusters::of(items.iter().map(PairedItem::clustered_difference));
    let sums: Vec<f64> = clusters.iter().map(|cluster| cluster.sum).filter(|&sum| sum != 0.0).collect();
    let exact = sums.len() <= EXACT_CLUSTERS;
    let p = if exact { every_pattern(&sums) } else { drawn_patterns(&sums, &mut SeededRng::new(seed)) };
    Permutation { p, differing: sums.len() as u64, exact }
}

/// Counts of patterns whose sum is at least, at most and as far from 0 as the observed one.
#[derive(Default)]
struct Hits {
    at_least: u64,
    at_most: u64,
    as_far: u64,
}

impl Hits {
    fn note(&mut self, sum: f64, observed: f64, tie: f64) {
        self.at_least += u64::from(sum >= observed - tie);
        self.at_most += u64::from(sum <= observed + tie);
        self.as_far += u64::from(sum.abs() >= observed.abs() - tie);
    }

    fn p_values(&self, added: u64, patterns: u64) -> PValues {
        let share = |hits: u64| (hits + added) as f64 / (patterns + added) as f64;
        PValues { greater: share(self.at_least), less: share(self.at_most), two_sided: share(self.as_far) }
    }
}

fn every_pattern(sums: &[f64]) -> PValues {
    let (observed, tie) = observed_and_tie(sums);
    let patterns = 1_u64 << sums.len();
    let mut hits = Hits::default();
    for pattern in 0..patterns {
        let sum: f64 = sums.iter().enumerate().map(|(i, &s)| if pattern >> i & 1 == 1 { -s } else { s }).sum();
        hits.note(sum, observed, tie);
    }
    hits.p_values(0, patterns)
}

fn drawn_patterns(sums: &[f64], rng: &mut SeededRng) -> PValues {
    let (observed, tie) = observed_and_tie(sums);
    let mut hits = Hits::default();
    for _ in 0..DRAWS {
        let mut sum = 0.0;
        for chunk in sums.chunks(64) {
            let signs = rng.bits();
            sum += chunk.iter().enumerate().map(|(i, &s)| if signs >> i & 1 == 1 { -s } else { s }).sum::<f64>();
        }
        hits.note(sum, observed, tie);
    }
    hits.p_values(1, u64::from(DRAWS))
}

fn observed_and_tie(sums: &[f64]) -> (f64, f64) {
    let scale: f64 = sums.iter().map(|s| s.abs()).sum();
    (sums.iter().sum(), TIE * scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Trials, mcnemar_exact};

    fn pairs(differences: &[i32]) -> Vec<PairedItem> {
        let arm = |passed: bool| Trials::counts(u32::from(passed), 1).unwrap();
        differences
            .iter()
            .enumerate()
            .map(|(i, &d)| PairedItem::new(format!("c{i:03}"), arm(d < 0), arm(d > 0)))
            .collect()
    }

    #[test]
    fn binary_pairs_give_the_sign_test() {
        let found = sign_flip(&pairs(&[1, 1, 1, 1, 0, 1, -1, 0, 1, 1]), 0);
        let sign = mcnemar_exact(7, 1);
        assert_eq!((found.differing, found.exact), (8, true));
        assert!((found.p.greater - sign.greater).abs() < 1e-12);
        assert!((found.p.two_sided - sign.two_sided).abs() < 1e-12);
    }

    #[test]
    fn drawn_patterns_come_near_the_exact_value() {
        let signs: Vec<i32> = (0..40).map(|i| if i % 10 < 7 { 1 } else { -1 }).collect();
        let found = sign_flip(&pairs(&signs), 5);
        let sign = mcnemar_exact(28, 12);
        assert!(!found.exact);
        assert!((found.p.greater - sign.greater).abs() < 0.004, "{found:?} {sign:?}");
        assert_eq!(found, sign_flip(&pairs(&signs), 5));
    }

    #[test]
    fn no_difference_is_no_evidence() {
        let found = sign_flip(&pairs(&[0, 0, 0]), 0);
        assert_eq!(found.p, PValues { greater: 1.0, less: 1.0, two_sided: 1.0 });
    }
}
