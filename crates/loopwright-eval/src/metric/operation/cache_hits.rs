#![doc = include_str!("../../../doc/metric/cache_hits.md")]

use loopwright_core::{Direction, Unit, Unscored};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "cache_hits",
    version: 1,
    title: "how much of what was read came from the cache of the provider",
    doc: include_str!("../../../doc/metric/cache_hits.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let usage = judged.trial.cost.usage;
    if usage.input() == 0 {
        return Reading::Unscored(Unscored::Scorer("no tokens were recorded".to_owned()));
    }
    let evidence = format!("{} of {} tokens", usage.cached(), usage.input());
    Reading::Measured { value: usage.cached() as f64 / usage.input() as f64, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{Cost, Usage};
    use serde_json::json;

    #[test]
    fn is_a_share_of_what_was_read() {
        let cost = |input, cached| Cost { usage: Usage::new(input, cached, 50, 0), ..Cost::ZERO };
        let scene = Scene::expecting(json!({})).thinks(cost(100, 0)).thinks(cost(300, 100));
        let score = scene.score(&KIND);
        assert_eq!((score.value, score.evidence.as_str()), (Some(0.25), "100 of 400 tokens"));
        assert!(matches!(Scene::expecting(json!({})).unscored(&KIND), Unscored::Scorer(_)));
    }
}
