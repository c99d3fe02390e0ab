//! pass@k and pass^k: whether any of k trials passes, whether all of them do.

use crate::clusters::Clusters;
use crate::effective::EffectiveRate;
use crate::{Item, Level, Trials};
use loopwright_core::{Estimate, Method};

/// pass@k: the probability that at least one of `k` trials of a case passes.
///
/// For an item with c passes of n trials, `1 − C(n−c, k)/C(n, k)` is unbiased (Chen et al. 2021, arXiv:2107.03374); the
/// estimate is its mean over items, with the interval of [`crate::rate`]. At k = 1 it is the rate itself.
///
/// # Errors
/// [`PassKError`] when an item has fewer than `k` trials or trials that are not 0/1.
pub fn any_of_k(items: &[Item], k: u32, level: Level) -> Result<Estimate, PassKError> {
    over_items(items, k, level, |passed, total| 1.0 - all_drawn(total - passed, total, k))
}

/// pass^k: the probability that all of `k` trials of a case pass, which is what a user who comes back meets.
///
/// For an item with c passes of n trials, `C(c, k)/C(n, k)` is unbiased (τ-bench, Yao et al. 2024, arXiv:2406.12045);
/// it is not (c/n)^k, which is biased upwards, and not (mean rate)^k. The estimate is its mean over items, with the
/// interval of [`crate::rate`]; cases are a sample.
///
/// ```
/// use loopwright_stats::{Item, Level, Trials, all_of_k};
///
/// let items = [
///     Item::new("always", Trials::counts(4, 4)?),
///     Item::new("flaky", Trials::counts(2, 4)?),
///     Item::new("never", Trials::counts(0, 4)?),
/// ];
/// let twice = all_of_k(&items, 2, Level::P95)?;
/// assert!((twice.point - (1.0 + 1.0 / 6.0) / 3.0).abs() < 1e-12);
/// assert!(all_of_k(&items, 5, Level::P95).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`PassKError`] when an item has fewer than `k` trials or trials that are not 0/1.
pub fn all_of_k(items: &[Item], k: u32, level: Level) -> Result<Estimate, PassKError> {
    over_items(items, k, level, |passed, total| all_drawn(passed, total, k))
}

/// C(good, k)/C(total, k): the chance that `k` trials drawn without replacement are all good.
fn all_drawn(good: u32, total: u32, k: u32) -> f64 {
    if good < k {
        return 0.0;
    }
    (0..k).map(|drawn| f64::from(good - drawn) / f64::from(total - drawn)).product()
}

fn over_items(items: &[Item], k: u32, level: Level, value: impl Fn(u32, u32) -> f64) -> Result<Estimate, PassKError> {
    if k == 0 {
        return Err(PassKError::ZeroK);
    }
    if items.is_empty() {
        return Err(PassKError::NoItems);
    }
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        let (passed, total) = counts(item, k)?;
        values.push((item.cluster.as_str(), value(passed, total)));
    }
    let clusters = Clusters::of(values);
    let effective = EffectiveRate::of(&clusters, draws(items, k));
    let (low, high) = effective.limits(level.alpha() / 2.0);
    Ok(Estimate {
        point: effective.rate,
        low: low.min(effective.rate),
        high: high.max(effective.rate),
        level: level.get(),
        n_items: clusters.len() as u64,
        n_trials: items.iter().map(|item| u64::from(item.trials.len())).sum(),
        method: Method::EffectiveWilson,
    })
}

fn counts(item: &Item, k: u32) -> Result<(u32, u32), PassKError> {
    let trials: &Trials = &item.trials;
    let passed = trials.passed().ok_or_else(|| PassKError::NotBinary { cluster: item.cluster.clone() })?;
    if trials.len() < k {
        return Err(PassKError::TooFewTrials { cluster: item.cluster.clone(), trials: trials.len(), k });
    }
    Ok((passed, trials.len()))
}

/// Most items the values can count for: n trials hold n/k separate draws of k. The unbiased estimator uses all
/// overlapping draws and varies a little less than that (Hoeffding 1948), so the cap errs on the careful side.
fn draws(items: &[Item], k: u32) -> Option<f64> {
    let trials: f64 = items.iter().map(|item| f64::from(item.trials.len())).sum();
    Some((trials / f64::from(k)).max(items.len() as f64))
}

/// Why pass@k or pass^k is undefined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassKError {
    /// No items.
    #[error("estimate pass@k or pass^k: there are no items with scored trials")]
    NoItems,
    /// k is zero.
    #[error("estimate pass@k or pass^k: k must be at least 1")]
    ZeroK,
    /// An item has fewer than k trials; then no unbiased estimator exists.
    #[error(
        "estimate pass@k or pass^k for k = {k}: `{cluster}` has only {trials} scored trials; run at least {k}, or ask for a smaller k"
    )]
    TooFewTrials {
        /// The cluster of the item.
        cluster: String,
        /// Its trials.
        trials: u32,
        /// The k asked for.
        k: u32,
    },
    /// A trial is neither 0 nor 1.
    #[error("estimate pass@k or pass^k: `{cluster}` has graded values; set a threshold that makes them pass or fail")]
    NotBinary {
        /// The cluster of the item.
        cluster: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(name: &str, passed: u32, total: u32) -> Item {
        Item::new(name, Trials::counts(passed, total).unwrap())
    }

    #[test]
    fn undefined_below_k() {
        let items = [item("a", 3, 3), item("b", 2, 2)];
        let error = all_of_k(&items, 3, Level::P95).unwrap_err();
        assert_eq!(error, PassKError::TooFewTrials { cluster: "b".into(), trials: 2, k: 3 });
        assert_eq!(all_of_k(&items, 0, Level::P95), Err(PassKError::ZeroK));
        assert_eq!(any_of_k(&[], 1, Level::P95), Err(PassKError::NoItems));
        let graded = [Item::new("g", Trials::values(&[0.5]).unwrap())];
        assert_eq!(any_of_k(&graded, 1, Level::P95), Err(PassKError::NotBinary { cluster: "g".into() }));
    }

    #[test]
    fn k_of_one_is_the_rate() {
        let items = [item("a", 3, 4), item("b", 1, 4), item("c", 4, 4)];
        let rate = crate::rate(&items, Level::P95).unwrap();
        let any = any_of_k(&items, 1, Level::P95).unwrap();
        let all = all_of_k(&items, 1, Level::P95).unwrap();
        for here in [any, all] {
            assert!(
                (here.point - rate.point).abs() < 1e-12 && (here.low - rate.low).abs() < 1e-12,
                "{here:?} {rate:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn all_falls_and_any_rises_with_k(outcomes in prop::collection::vec(0_u32..=6, 2..30)) {
            let items: Vec<Item> =
                outcomes.iter().enumerate().map(|(i, &p)| item(&i.to_string(), p, 6)).collect();
            for k in 1..6 {
                let (all, next) = (all_of_k(&items, k, Level::P95).unwrap(), all_of_k(&items, k + 1, Level::P95).unwrap());
                prop_assert!(next.point <= all.point + 1e-12);
                let (any, next) = (any_of_k(&items, k, Level::P95).unwrap(), any_of_k(&items, k + 1, Level::P95).unwrap());
                prop_assert!(next.point >= any.point - 1e-12);
                prop_assert!(all.low <= all.point && all.point <= all.high);
            }
        }
    }
}
