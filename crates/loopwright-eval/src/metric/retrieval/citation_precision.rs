#![doc = include_str!("../../../doc/metric/citation_precision.md")]

use loopwright_core::{Direction, Unit};

use super::citation::Cited;
use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "citation_precision",
    version: 1,
    title: "how many of the citations hold the evidence",
    doc: include_str!("../../../doc/metric/citation_precision.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    Cited::of(judged).map_or_else(
        |unscored| unscored,
        |Cited { all, gold, .. }| {
            let value = if all == 0 { 0.0 } else { gold as f64 / all as f64 };
            Reading::Measured { value, evidence: format!("{gold} of {all} cited passages hold the evidence") }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn counts_each_passage_once() {
        let scene = Scene::expecting(json!({})).gold(310, 350).finds(&[0, 300, 600], 3);
        assert_eq!(scene.clone().answers("a [2] b [2] c [1].").measures(&KIND), 0.5);
        assert_eq!(scene.clone().answers("a [2][9]").measures(&KIND), 0.5, "a passage that does not exist is wrong");
        assert_eq!(scene.answers("a").measures(&KIND), 0.0);
    }
}
