#![doc = include_str!("../../../doc/metric/word_count.md")]

use loopwright_core::{Direction, Unit};

use super::read_said;
use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "word_count",
    version: 1,
    title: "how many words the answer has",
    doc: include_str!("../../../doc/metric/word_count.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    read_said(judged, |said| Reading::measured(said.split_whitespace().count() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn words_stand_between_white_space() {
        let scene = Scene::expecting(json!({})).answers("Well-known:  30 days,\nat most.");
        assert_eq!(scene.measures(&KIND), 5.0);
        assert_eq!(scene.score_with(&KIND, json!({"most": 5})).value, Some(1.0));
        assert_eq!(scene.score_with(&KIND, json!({"least": 6})).evidence, "5 is less than 6");
    }
}
