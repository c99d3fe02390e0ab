#![doc = include_str!("../../../doc/metric/retrieval_precision.md")]

use loopwright_core::{Direction, Unit};

use super::search::{Cut, K, cut};
use crate::metric::{Judged, MetricKind, Reading, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "retrieval_precision",
    version: 1,
    title: "how much of what was found is evidence",
    doc: include_str!("../../../doc/metric/retrieval_precision.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[K],
    build: |settings| cut(settings, read),
};

fn read(judged: &Judged<'_>, cut: &Cut) -> Reading {
    cut.values(judged).map_or_else(|unscored| unscored, |values| Reading::measured(values.precision_at_k))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn is_the_share_of_evidence_among_what_counts() {
        let scene = Scene::expecting(json!({})).gold(10, 50).gold(310, 350);
        let found = scene.clone().finds(&[500, 0, 300, 700], 2);
        assert_eq!(found.measures(&KIND), 0.5);
        assert_eq!(found.score_with(&KIND, json!({"k": 4})).value, Some(0.5));
        assert_eq!(found.score_with(&KIND, json!({"k": 1})).value, Some(0.0));
        assert_eq!(scene.finds(&[], 0).measures(&KIND), 0.0);
        assert!(KIND.with(json!({"k": 0}).as_object().unwrap().clone()).is_err());
    }
}
