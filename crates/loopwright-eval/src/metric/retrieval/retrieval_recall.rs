#![doc = include_str!("../../../doc/metric/retrieval_recall.md")]

use loopwright_core::{Direction, FoundPassage, Unit, Unscored};
use loopwright_knowledge::{RetrievalValues, retrieval_values};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "retrieval_recall",
    version: 1,
    title: "how much of the evidence the model was shown",
    doc: include_str!("../../../doc/metric/retrieval_recall.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    // Only what was shown can be read, whatever else the search had found.
    let values = evidence(judged, |passages, shown| (&passages[..shown.min(passages.len())], shown));
    values.map_or_else(
        |unscored| unscored,
        |values| {
            let met = values.gold_ranks.iter().filter(|rank| rank.is_some()).count();
            let evidence = format!("{met} of {} gold passages were shown", values.gold_ranks.len());
            Reading::Measured { value: values.recall_at_k, evidence }
        },
    )
}

/// The first search of the run compared with the gold passages, or why there is nothing to compare. `view` says which
/// passages to look at, and how many of them count as the first.
pub(super) fn evidence(
    judged: &Judged<'_>,
    view: fn(&[FoundPassage], usize) -> (&[FoundPassage], usize),
) -> Result<RetrievalValues, Reading> {
    missing_gold(judged).map_or(Ok(()), Err)?;
    let unscored = |reason: &str| Reading::Unscored(Unscored::Scorer(reason.to_owned()));
    let first = judged.trial.trace.retrievals().next();
    let (_, passages, shown) = first.ok_or_else(|| unscored("no search of the knowledge was recorded"))?;
    let (passages, k) = view(passages, shown);
    retrieval_values(passages, shown, judged.gold, k).ok_or_else(|| unscored("the gold passages are empty"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn is_the_share_of_gold_among_what_was_shown() {
        let scene = Scene::expecting(json!({})).gold(10, 50).gold(310, 350);
        assert_eq!(scene.clone().finds(&[500, 0, 300], 2).measures(&KIND), 0.5);
        assert_eq!(scene.clone().finds(&[500, 0, 300], 3).measures(&KIND), 1.0);
        assert_eq!(scene.clone().finds(&[], 0).measures(&KIND), 0.0);
        let again = scene.finds(&[500], 1).finds(&[0, 300], 2);
        assert_eq!(again.measures(&KIND), 0.0, "only the first search counts");
    }

    #[test]
    fn what_cannot_be_compared_is_not_a_zero() {
        assert_eq!(Scene::expecting(json!({})).finds(&[0], 1).unscored(&KIND), Unscored::NotApplicable);
        let lost = Scene::expecting(json!({"passages": [{"source": "a.md", "quote": "x"}]})).finds(&[0], 1);
        assert!(matches!(lost.unscored(&KIND), Unscored::Gold(_)));
        let unseen = Scene::expecting(json!({})).gold(10, 50);
        assert!(matches!(unseen.unscored(&KIND), Unscored::Scorer(_)));
    }
}
