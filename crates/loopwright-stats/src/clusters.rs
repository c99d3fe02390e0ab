//! Values of items summed by cluster: what every clustered estimator starts from.

use std::collections::BTreeMap;

/// Sum of the item values and number of items of each cluster, in the order of the cluster names.
#[derive(Debug, Clone)]
pub(crate) struct Clusters {
    sums: Vec<ClusterSum>,
    pub(crate) items: f64,
    pub(crate) total: f64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ClusterSum {
    pub(crate) sum: f64,
    pub(crate) items: f64,
}

impl Clusters {
    /// Groups the value of each item by its cluster.
    pub(crate) fn of<'a>(values: impl IntoIterator<Item = (&'a str, f64)>) -> Clusters {
        let mut by_name: BTreeMap<&str, ClusterSum> = BTreeMap::new();
        for (cluster, value) in values {
            let entry = by_name.entry(cluster).or_default();
            entry.sum += value;
            entry.items += 1.0;
        }
        let sums: Vec<ClusterSum> = by_name.into_values().collect();
        let items = sums.iter().map(|c| c.items).sum();
        let total = sums.iter().map(|c| c.sum).sum();
        Clusters { sums, items, total }
    }

    pub(crate) fn len(&self) -> usize {
        self.sums.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &ClusterSum> {
        self.sums.iter()
    }

    /// Mean over items: each item weighs the same.
    pub(crate) fn mean(&self) -> f64 {
        self.total / self.items
    }

    /// Whether every item is a cluster of its own.
    pub(crate) fn are_items(&self) -> bool {
        self.sums.len() as f64 == self.items
    }

    /// Items a cluster, on average.
    pub(crate) fn average_size(&self) -> f64 {
        self.items / self.sums.len() as f64
    }

    /// Σ_c (Σ_{i∈c} (x_i − centre))²: the sum of squares of a cluster-robust variance.
    pub(crate) fn squares_about(&self, centre: f64) -> f64 {
        self.sums.iter().map(|c| (c.sum - c.items * centre).powi(2)).sum()
    }

    /// Cluster-robust variance of the mean with the small-sample factor C/(C−1); needs two clusters.
    pub(crate) fn variance_of_mean(&self) -> Option<f64> {
        let clusters = self.sums.len() as f64;
        if clusters < 2.0 {
            return None;
        }
        let squares = self.squares_about(self.mean());
        Some(squares * clusters / (clusters - 1.0) / (self.items * self.items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_items_give_the_usual_standard_error() {
        let names = ["a", "b", "c", "d"];
        let values = [1.0, 3.0, 2.0, 6.0];
        let clusters = Clusters::of(names.into_iter().zip(values));
        assert!(clusters.are_items());
        // Variance of the values is 14/3; of their mean, 14/12.
        assert!((clusters.variance_of_mean().unwrap() - 14.0 / 12.0).abs() < 1e-12);
    }

    #[test]
    fn one_cluster_has_no_variance() {
        let clusters = Clusters::of([("a", 1.0), ("a", 2.0)]);
        assert!(clusters.variance_of_mean().is_none());
        assert_eq!((clusters.len(), clusters.average_size()), (1, 2.0));
    }
}
