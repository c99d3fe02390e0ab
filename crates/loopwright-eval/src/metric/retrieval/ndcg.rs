#![doc = include_str!("../../../doc/metric/ndcg.md")]

use loopwright_core::{Direction, Unit};

use super::search::{Cut, K, cut};
use crate::metric::{Judged, MetricKind, Reading, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "ndcg",
    version: 1,
    title: "how high evidence ranks, lower places counting less",
    doc: include_str!("../../../doc/metric/ndcg.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[K],
    build: |settings| cut(settings, read),
};

fn read(judged: &Judged<'_>, cut: &Cut) -> Reading {
    cut.values(judged).map_or_else(|unscored| unscored, |values| Reading::measured(values.ndcg_at_k))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn is_that_of_trec_eval() {
        // `ndcg_cut_4` of pytrec_eval: (1/log2(3) + 1/log2(4)) / (1/log2(2) + 1/log2(3)).
        let scene = Scene::expecting(json!({})).gold(10, 50).gold(310, 350).finds(&[500, 0, 300, 700], 1);
        let value = scene.score_with(&KIND, json!({"k": 4})).value.unwrap();
        assert!((value - 0.693_426_4).abs() < 1e-6, "{value}");
        assert_eq!(scene.measures(&KIND), 0.0, "the only one that was shown is none");
    }
}
