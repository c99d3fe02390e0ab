//! The primary metric by tag, and where it is worse than elsewhere.

use std::collections::BTreeSet;

use loopwright_core::{Direction, SliceSummary, Tag};
use loopwright_stats::{Adjustment, Side, adjusted, slice_p_value};

use crate::compare::estimate;
use crate::{Metric, Ruler, Sided, Tally};

/// The cases of `side` by tag, in the order of the tags.
pub(crate) fn slices(tally: &Tally, side: &Sided, metric: &Metric, ruler: &Ruler) -> Vec<SliceSummary> {
    let tags: BTreeSet<&Tag> = tally.cases().flat_map(|(_, case)| &case.tags).collect();
    let mut slices: Vec<SliceSummary> =
        tags.into_iter().filter_map(|tag| slice(tally, side, metric, tag, ruler)).collect();
    let raw: Vec<f64> = slices.iter().filter_map(|slice| slice.worse).collect();
    let mut together = adjusted(&raw, Adjustment::BenjaminiHochberg).unwrap_or_default().into_iter();
    for slice in slices.iter_mut().filter(|slice| slice.worse.is_some()) {
        slice.worse = together.next();
    }
    slices
}

/// One slice, with its p-value as it is alone.
fn slice(tally: &Tally, side: &Sided, metric: &Metric, tag: &Tag, ruler: &Ruler) -> Option<SliceSummary> {
    let name = metric.name();
    let inside = tally.items(side, name, |case| case.tags.contains(tag));
    let outside = tally.items(side, name, |case| !case.tags.contains(tag));
    let bad = match metric.direction() {
        Direction::Up => Side::Upper,
        Direction::Down => Side::Lower,
    };
    Some(SliceSummary {
        tag: tag.clone(),
        cases: inside.len() as u64,
        estimate: estimate(metric.unit(), &inside, ruler)?,
        worse: slice_p_value(&inside, &outside, bad),
    })
}
