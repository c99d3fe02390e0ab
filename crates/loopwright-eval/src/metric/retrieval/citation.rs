#![doc = include_str!("../../../doc/metric/citation.md")]

use loopwright_core::Direction;
use loopwright_knowledge::Citations;

use super::search::{first_search, missing_gold, relevance};
use crate::metric::{Judged, MetricKind, Reading, Scale, answer, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "citation",
    version: 1,
    title: "the answer cites a passage that holds the evidence",
    doc: include_str!("../../../doc/metric/citation.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    Cited::of(judged).map_or_else(
        |unscored| unscored,
        |cited| {
            if let Some(failure) = answer::failure(judged) {
                return Reading::Absent(failure);
            }
            match (cited.gold, cited.all) {
                (0, 0) => Reading::Fail("the answer cites nothing".to_owned()),
                (0, all) => Reading::Fail(format!("none of {all} cited passages holds the evidence")),
                _ => Reading::Pass(String::new()),
            }
        },
    )
}

/// How many passages an answer cites.
pub(super) struct Cited {
    /// All of them, those that do not exist included.
    pub all: usize,
    /// Those that hold evidence.
    pub gold: usize,
    /// Gold passages that they hold.
    pub met: usize,
}

impl Cited {
    /// What the answer cites of what the first search showed, or why that cannot be said.
    pub(super) fn of(judged: &Judged<'_>) -> Result<Cited, Reading> {
        missing_gold(judged).map_or(Ok(()), Err)?;
        let (passages, shown) = first_search(judged)?;
        let shown = &passages[..shown.min(passages.len())];
        let citations = Citations::of(judged.trial.trace.outcome.text(), shown.len());
        let cited = || citations.shown.iter().map(|at| &shown[*at]);
        let gold = relevance(judged, cited()).into_iter().filter(|relevant| *relevant).count();
        let met = judged.gold.iter().filter(|gold| cited().any(|passage| gold.is_met_by(passage))).count();
        Ok(Cited { all: citations.shown.len() + citations.unknown.len(), gold, met })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    fn scene() -> Scene {
        Scene::expecting(json!({})).gold(310, 350).finds(&[0, 300, 600], 2)
    }

    #[test]
    fn one_right_citation_is_enough() {
        assert!(scene().answers("Free. [2]").passes(&KIND));
        assert!(scene().answers("Free. [1][2]").passes(&KIND));
        assert!(!scene().answers("Free. [1]").passes(&KIND));
        assert_eq!(scene().answers("Free.").score(&KIND).evidence, "the answer cites nothing");
        let wrong = scene().answers("Free. [1][7]").score(&KIND);
        assert_eq!(wrong.evidence, "none of 2 cited passages holds the evidence");
    }

    #[test]
    fn only_what_was_shown_can_be_cited() {
        let unshown = Scene::expecting(json!({})).gold(610, 650).finds(&[0, 300, 600], 2);
        assert!(!unshown.answers("Free. [3]").passes(&KIND));
        let unseen = Scene::expecting(json!({})).gold(10, 50).answers("Free. [1]");
        assert!(matches!(unseen.unscored(&KIND), Unscored::Scorer(_)));
        assert_eq!(Scene::expecting(json!({})).answers("Free. [1]").unscored(&KIND), Unscored::NotApplicable);
    }
}
