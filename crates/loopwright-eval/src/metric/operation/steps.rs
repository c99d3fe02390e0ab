#![doc = include_str!("../../../doc/metric/steps.md")]

use loopwright_core::{Direction, Unit, Unscored};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "steps",
    version: 1,
    title: "how often a model was called",
    doc: include_str!("../../../doc/metric/steps.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    match judged.trial.trace.chats().count() {
        0 => Reading::Unscored(Unscored::Scorer("no model call was recorded".to_owned())),
        count => Reading::measured(count as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Cost;
    use serde_json::json;

    #[test]
    fn counts_model_calls_alone() {
        let scene = Scene::expecting(json!({})).thinks(Cost::ZERO).calls("a", json!({})).thinks(Cost::ZERO);
        assert_eq!(scene.measures(&KIND), 2.0);
        assert!(matches!(Scene::expecting(json!({})).unscored(&KIND), Unscored::Scorer(_)));
    }
}
