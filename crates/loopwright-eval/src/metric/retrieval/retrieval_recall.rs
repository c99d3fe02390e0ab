#![doc = include_str!("../../../doc/metric/retrieval_recall.md")]

use loopwright_core::{Direction, Unit};

use super::search::{Cut, K, cut};
use crate::metric::{Judged, MetricKind, Reading, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "retrieval_recall",
    version: 1,
    title: "how much of the evidence the model was shown",
    doc: include_str!("../../../doc/metric/retrieval_recall.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[K],
    build: |settings| cut(settings, read),
};

fn read(judged: &Judged<'_>, cut: &Cut) -> Reading {
    cut.values(judged).map_or_else(
        |unscored| unscored,
        |values| {
            let all = values.gold_ranks.len();
            let met = (values.recall_at_k * all as f64).round();
            let evidence = format!("{met} of {all} gold passages were {}", cut.deed());
            Reading::Measured { value: values.recall_at_k, evidence }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    #[test]
    fn is_the_share_of_gold_among_what_was_shown() {
        let scene = Scene::expecting(json!({})).gold(10, 50).gold(310, 350);
        assert_eq!(scene.clone().finds(&[500, 0, 300], 2).measures(&KIND), 0.5);
        assert_eq!(scene.clone().finds(&[500, 0, 300], 3).measures(&KIND), 1.0);
        assert_eq!(scene.clone().finds(&[], 0).measures(&KIND), 0.0);
        assert_eq!(scene.clone().finds(&[500, 0, 300], 0).score_with(&KIND, json!({"k": 2})).value, Some(0.5));
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
