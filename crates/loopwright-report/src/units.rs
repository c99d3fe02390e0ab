//! Units: in what each metric is measured.

use std::collections::BTreeMap;

use loopwright_core::{Comparison, MetricName, Summary, Unit};

/// In what each metric is measured. A metric that is not named is a share: so are all that judge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units(BTreeMap<MetricName, Unit>);

impl Units {
    /// The units of `metrics`.
    pub fn new(metrics: impl IntoIterator<Item = (MetricName, Unit)>) -> Self {
        Self(metrics.into_iter().collect())
    }

    /// The units that the metrics of `summaries` are given in.
    pub fn of<'a>(summaries: impl IntoIterator<Item = &'a Summary>) -> Self {
        let metrics = summaries.into_iter().flat_map(|summary| &summary.arms).flat_map(|arm| &arm.metrics);
        Self::new(metrics.map(|metric| (metric.metric.clone(), metric.unit)))
    }

    /// The unit of `metric`.
    pub fn unit(&self, metric: &MetricName) -> Unit {
        self.0.get(metric).copied().unwrap_or(Unit::Share)
    }

    pub(crate) fn unit_of(&self, comparison: &Comparison) -> Unit {
        self.unit(&comparison.metric)
    }
}
