//! One item: a case with its trials, and what it clusters with.

use crate::Trials;

/// One case with the outcomes of its trials.
///
/// `cluster` names what is independent: the group of the case where it has one, otherwise the key of the case itself.
/// Items with the same cluster (the same case under several conditions, the cases of one conversation) are never
/// counted as independent of each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What the item clusters with.
    pub cluster: String,
    /// The outcomes of its trials.
    pub trials: Trials,
}

impl Item {
    /// An item of the given cluster.
    pub fn new(cluster: impl Into<String>, trials: Trials) -> Item {
        Item { cluster: cluster.into(), trials }
    }

    /// The mean over its trials, with what it clusters with: what [`crate::clusters::Clusters::of`] takes.
    pub(crate) fn clustered_mean(&self) -> (&str, f64) {
        (&self.cluster, self.trials.mean())
    }
}
