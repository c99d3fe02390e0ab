#![doc = include_str!("../../../doc/metric/citation_recall.md")]

use loopwright_core::{Direction, Unit};

use super::citation::Cited;
use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "citation_recall",
    version: 1,
    title: "how much of the evidence the answer cites",
    doc: include_str!("../../../doc/metric/citation_recall.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    Cited::of(judged).map_or_else(
        |unscored| unscored,
        |Cited { met, .. }| {
            let all = judged.gold.len();
            let evidence = format!("{met} of {all} gold passages stand in what is cited");
            Reading::Measured { value: met as f64 / all as f64, evidence }
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
    fn counts_each_gold_passage_once() {
        let scene = Scene::expecting(json!({})).gold(310, 350).gold(610, 650).finds(&[0, 300, 600], 3);
        assert_eq!(scene.clone().answers("a [2] b [2] c [1].").measures(&KIND), 0.5);
        assert_eq!(scene.clone().answers("a [2, 3]").measures(&KIND), 1.0);
        assert_eq!(scene.answers("a [9]").score(&KIND).evidence, "0 of 2 gold passages stand in what is cited");
        assert_eq!(Scene::expecting(json!({})).answers("a [1]").unscored(&KIND), Unscored::NotApplicable);
    }
}
