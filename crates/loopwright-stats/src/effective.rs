//! The effective number of items behind a rate: how many independent 0/1 items would vary as much.

use crate::clusters::Clusters;
use crate::distribution::normal_quantile;
use crate::proportion::wilson_limits;

/// Weight of the passing and of the failing cluster that are added before the variance is measured.
///
/// Chosen by simulation over the domain documented at [`crate::rate`]: 0 undercovers badly where few items vary (as
/// low as 42 % with few large clusters), 1 overcovers, ¼ keeps every margin of the domain within 94–98 %.
pub(crate) const ADDED_WEIGHT: f64 = 0.25;

/// A rate in [0, 1] with the number of independent 0/1 items that would vary as much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct EffectiveRate {
    pub(crate) rate: f64,
    pub(crate) items: f64,
}

impl EffectiveRate {
    /// Measures the values of items, all in [0, 1]. `most` caps the effective number: the trials, where trials are 0/1
    /// and so cannot vary less than a binomial count does.
    pub(crate) fn of(clusters: &Clusters, most: Option<f64>) -> EffectiveRate {
        let inflation = variance_inflation(clusters);
        let items = (clusters.items / inflation.max(f64::MIN_POSITIVE)).min(most.unwrap_or(f64::MAX)).max(1.0);
        // At most 1 of rounding.
        EffectiveRate { rate: clusters.mean().clamp(0.0, 1.0), items }
    }

    /// Wilson limits, each leaving `tail` outside.
    pub(crate) fn limits(self, tail: f64) -> (f64, f64) {
        wilson_limits(self.rate, self.items, -normal_quantile(tail))
    }
}

/// Variance of the mean of the values over the variance that as many independent 0/1 items would have, after one
/// passing and one failing cluster of average size are added with [`ADDED_WEIGHT`]. Exactly 1 for independent 0/1
/// items.
fn variance_inflation(clusters: &Clusters) -> f64 {
    let (items, count) = (clusters.items, clusters.len() as f64);
    if count < 2.0 {
        return items;
    }
    let size = clusters.average_size();
    let added = ADDED_WEIGHT * size;
    let centre = (clusters.total + added) / (items + 2.0 * added);
    let few_clusters = count / (count - 1.0) * (items - 1.0) / items;
    let observed = few_clusters * clusters.squares_about(centre);
    let prior = added * size * (centre * centre + (1.0 - centre) * (1.0 - centre));
    (observed + prior) / ((items + 2.0 * added) * centre * (1.0 - centre))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(values: &[(&'static str, f64)]) -> Clusters {
        Clusters::of(values.iter().copied())
    }

    #[test]
    fn independent_binary_items_count_in_full() {
        let effective = EffectiveRate::of(&clusters(&[("a", 1.0), ("b", 0.0), ("c", 1.0), ("d", 1.0)]), Some(4.0));
        assert!((effective.items - 4.0).abs() < 1e-12);
    }

    #[test]
    fn one_cluster_counts_once() {
        let effective = EffectiveRate::of(&clusters(&[("a", 1.0), ("a", 0.5)]), None);
        assert_eq!(effective.items, 1.0);
    }

    #[test]
    fn agreement_without_a_failure_counts_clusters() {
        let effective = EffectiveRate::of(
            &clusters(&[("a", 1.0), ("a", 1.0), ("b", 1.0), ("b", 1.0), ("c", 1.0), ("c", 1.0)]),
            Some(60.0),
        );
        assert!(effective.items <= 3.0 + 1e-9, "{}", effective.items);
    }
}
