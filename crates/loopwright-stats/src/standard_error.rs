//! The standard error of a mean over clustered items, with and without the small-sample factor.

use crate::Item;
use crate::clusters::Clusters;

/// What is done about the few clusters of a cluster-robust standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterCorrection {
    /// Nothing (CR0): as Miller 2024 (arXiv:2411.00640, appendix A) prints it. Too small by √((C−1)/C) on average.
    None,
    /// The factor C/(C − 1) on the variance: what [`crate::mean`] and every interval here use, and Inspect too.
    Count,
}

/// The cluster-robust standard error of the mean over items: `√(f · Σ_c(Σ_{i∈c}(m_i − m̄))²)/n` over item means `m_i`,
/// with `f` = 1 or C/(C − 1). In the unit of the values.
///
/// For comparison with other tools: an interval wants t quantiles on C − 1 too, so use [`crate::mean`] or [`crate::rate`].
/// Items that are clusters of their own give the usual `s/√n` with [`ClusterCorrection::Count`]. `None` with fewer than two
/// clusters.
pub fn clustered_standard_error(items: &[Item], correction: ClusterCorrection) -> Option<f64> {
    let clusters = Clusters::of(items.iter().map(Item::clustered_mean));
    let corrected = clusters.variance_of_mean()?;
    let count = clusters.len() as f64;
    let variance = match correction {
        ClusterCorrection::None => corrected * (count - 1.0) / count,
        ClusterCorrection::Count => corrected,
    };
    Some(variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Trials;

    #[test]
    fn one_cluster_has_none() {
        let item = |cluster: &str, value: f64| Item::new(cluster, Trials::values(&[value]).unwrap());
        assert_eq!(clustered_standard_error(&[item("a", 1.0), item("a", 3.0)], ClusterCorrection::None), None);
        let two = [item("a", 1.0), item("b", 3.0)];
        assert_eq!(clustered_standard_error(&two, ClusterCorrection::Count), Some(1.0));
        assert_eq!(clustered_standard_error(&two, ClusterCorrection::None), Some(0.5_f64.sqrt()));
    }
}
