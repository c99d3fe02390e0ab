#![doc = include_str!("../../doc/metric/mean.md")]

use loopwright_core::{Direction, Unit};

use super::composition::{Rule, SETTINGS, composed};
use super::{MetricKind, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "mean",
    version: 1,
    title: "how much of its checks holds, by weight",
    doc: include_str!("../../doc/metric/mean.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: SETTINGS,
    build: |settings| composed(settings, Rule::Mean),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn weighs_verdicts_and_shares() {
        let scene = Scene::expecting(json!({"answer": {"contains": "30 days"}})).answers("Within 30 days.");
        let checks =
            json!([{"metric": "answer", "weight": 2}, {"metric": "token_f1"}, {"metric": "answer", "not": true}]);
        let score = scene.score_with(&KIND, json!({"checks": checks}));
        assert!((score.value.unwrap() - (2.0 + 0.8) / 4.0).abs() < 1e-12);
        assert_eq!(score.evidence, "`token_f1`; `answer`: it holds, and must not");
        assert_eq!(scene.score_with(&KIND, json!({"checks": checks, "least": 0.7})).value, Some(1.0));
    }
}
