//! The first search of a run, compared with the gold passages of the case.

use std::num::NonZeroUsize;
use std::sync::Arc;

use loopwright_core::{FoundPassage, Unscored};
use loopwright_knowledge::{RetrievalValues, retrieval_values};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::metric::{Judged, Reading, Scorer, Setting, SettingError};

/// The setting that says how many passages count.
pub(super) const K: Setting = Setting::new(
    "k",
    "how many of the passages found count, from the best, 1 or more; when absent, those that were shown",
);

/// Which passages count.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Cut {
    k: Option<NonZeroUsize>,
}

/// The scorer that reads what counts.
pub(super) fn cut(
    settings: &Map<String, Value>,
    read: fn(&Judged<'_>, &Cut) -> Reading,
) -> Result<Arc<dyn Scorer>, SettingError> {
    let cut: Cut = SettingError::read(settings)?;
    Ok(Arc::new(move |judged: &Judged<'_>| read(judged, &cut)))
}

impl Cut {
    /// The values of the search.
    pub(super) fn values(&self, judged: &Judged<'_>) -> Result<RetrievalValues, Reading> {
        evidence(judged, |passages, shown| match self.k {
            Some(k) => (passages, k.get()),
            // Only what was shown can be read, whatever else the search had found.
            None => (&passages[..shown.min(passages.len())], shown),
        })
    }

    /// Whether those that were shown count.
    pub(super) fn is_by_shown(&self) -> bool {
        self.k.is_none()
    }

    /// How many count, where `shown` were shown.
    pub(super) fn count(&self, shown: usize) -> usize {
        self.k.map_or(shown, NonZeroUsize::get)
    }

    /// What happened to the passages that count.
    pub(super) fn deed(&self) -> String {
        self.k.map_or_else(|| "shown".to_owned(), |k| format!("among the first {k}"))
    }
}

/// The first search of the run compared with the gold passages, or why there is nothing to compare. `view` says which
/// passages to look at, and how many of them count as the first.
pub(super) fn evidence(
    judged: &Judged<'_>,
    view: impl for<'p> FnOnce(&'p [FoundPassage], usize) -> (&'p [FoundPassage], usize),
) -> Result<RetrievalValues, Reading> {
    missing_gold(judged).map_or(Ok(()), Err)?;
    let (passages, shown) = first_search(judged)?;
    let (passages, k) = view(passages, shown);
    let empty = || Reading::Unscored(Unscored::Scorer("the gold passages are empty".to_owned()));
    retrieval_values(passages, shown, judged.gold, k).ok_or_else(empty)
}

/// Why there is no evidence to look for, when there is none.
pub(super) fn missing_gold(judged: &Judged<'_>) -> Option<Reading> {
    let named = !judged.case.expectation.passages.is_empty();
    match (named, judged.gold.is_empty()) {
        (false, true) => Some(Reading::NOT_APPLICABLE),
        (true, true) => {
            let reason = "the gold passages do not stand in the agent's knowledge";
            Some(Reading::Unscored(Unscored::Gold(reason.to_owned())))
        }
        (_, false) => None,
    }
}

/// What the first search found, and how many of it was shown.
pub(super) fn first_search<'a>(judged: &Judged<'a>) -> Result<(&'a [FoundPassage], usize), Reading> {
    let first = judged.trial.trace.retrievals().next().map(|(_, passages, shown)| (passages, shown));
    first.ok_or_else(|| Reading::Unscored(Unscored::Scorer("no search of the knowledge was recorded".to_owned())))
}

/// Whether each of `passages` holds evidence.
pub(super) fn relevance<'a>(judged: &Judged<'_>, passages: impl IntoIterator<Item = &'a FoundPassage>) -> Vec<bool> {
    passages.into_iter().map(|passage| judged.gold.iter().any(|gold| gold.is_met_by(passage))).collect()
}

/// The precision at each place of a passage that holds evidence, added up.
pub(super) fn precisions(relevant: &[bool]) -> f64 {
    let places = relevant.iter().enumerate().filter(|(_, relevant)| **relevant);
    places.enumerate().map(|(before, (at, _))| (before + 1) as f64 / (at + 1) as f64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precisions_are_those_at_relevant_places() {
        // 1/1 + 2/3 + 3/4, by hand.
        assert!((precisions(&[true, false, true, true, false]) - 29.0 / 12.0).abs() < 1e-12);
        assert_eq!(precisions(&[false, false]), 0.0);
    }
}
