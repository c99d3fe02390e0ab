#![doc = include_str!("../../../doc/metric/tokens.md")]

use loopwright_core::{Direction, Unit, Unscored};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "tokens",
    version: 1,
    title: "tokens read and written",
    doc: include_str!("../../../doc/metric/tokens.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let usage = judged.trial.cost.usage;
    if usage.total() == 0 {
        return Reading::Unscored(Unscored::Scorer("no tokens were recorded".to_owned()));
    }
    let evidence = format!("{} read, {} of them cached; {} written", usage.input(), usage.cached(), usage.output());
    Reading::Measured { value: usage.total() as f64, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{Cost, Usage, Verdict};
    use serde_json::json;

    #[test]
    fn all_calls_of_all_attempts_count() {
        let cost = |input, output| Cost { usage: Usage::new(input, 10, output, 5), ..Cost::ZERO };
        let mut scene = Scene::expecting(json!({})).thinks(cost(100, 20)).thinks(cost(200, 30));
        scene.trial.cost += cost(50, 0);
        let score = scene.score(&KIND);
        assert_eq!((score.value, score.verdict), (Some(400.0), Verdict::Measured));
        assert_eq!(score.evidence, "350 read, 30 of them cached; 50 written");
    }

    #[test]
    fn nothing_recorded_is_not_nothing_used() {
        assert!(matches!(Scene::expecting(json!({})).unscored(&KIND), Unscored::Scorer(_)));
    }
}
