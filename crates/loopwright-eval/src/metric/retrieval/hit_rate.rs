#![doc = include_str!("../../../doc/metric/hit_rate.md")]

use loopwright_core::Direction;

use super::search::{Cut, K, cut};
use crate::metric::{Judged, MetricKind, Reading, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "hit_rate",
    version: 1,
    title: "some evidence is among what was found",
    doc: include_str!("../../../doc/metric/hit_rate.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[K],
    build: |settings| cut(settings, read),
};

fn read(judged: &Judged<'_>, cut: &Cut) -> Reading {
    cut.values(judged).map_or_else(
        |unscored| unscored,
        |values| {
            let is_hit = values.precision_at_k > 0.0;
            let none = || format!("no passage that holds evidence was {}", cut.deed());
            Reading::judged(if is_hit { Ok(String::new()) } else { Err(none()) })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn one_is_enough() {
        let scene = Scene::expecting(json!({})).gold(10, 50).gold(310, 350).finds(&[500, 0, 700], 1);
        assert_eq!(scene.score(&KIND).evidence, "no passage that holds evidence was shown");
        assert_eq!(scene.score_with(&KIND, json!({"k": 2})).value, Some(1.0));
        let missed = scene.score_with(&KIND, json!({"k": 1})).evidence;
        assert_eq!(missed, "no passage that holds evidence was among the first 1");
    }
}
