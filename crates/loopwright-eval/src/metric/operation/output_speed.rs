#![doc = include_str!("../../../doc/metric/output_speed.md")]

use loopwright_core::{Direction, SpanDetail, Unit, Unscored};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "output_speed",
    version: 1,
    title: "tokens that are written in a second of a model call",
    doc: include_str!("../../../doc/metric/output_speed.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let answered = judged.trial.trace.spans.iter().filter_map(|span| match &span.detail {
        SpanDetail::Chat { response: Some(response), .. } => {
            Some((response.cost.usage.output(), span.end_ns.saturating_sub(span.start_ns)))
        }
        _ => None,
    });
    let (tokens, time) = answered.fold((0, 0), |(tokens, time), (more, longer)| (tokens + more, time + longer));
    if tokens == 0 || time == 0 {
        return Reading::Unscored(Unscored::Scorer("no tokens, or no time, of a model call were recorded".to_owned()));
    }
    let seconds = time as f64 / 1e9;
    Reading::Measured { value: tokens as f64 / seconds, evidence: format!("{tokens} tokens in {seconds:.2} s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{Cost, Usage};
    use serde_json::json;

    #[test]
    fn all_calls_are_taken_together() {
        let cost = |output| Cost { usage: Usage::new(10, 0, output, 0), ..Cost::ZERO };
        let mut scene = Scene::expecting(json!({})).thinks(cost(30)).thinks(cost(70));
        assert!(matches!(scene.unscored(&KIND), Unscored::Scorer(_)), "no time was recorded");
        scene.trial.trace.spans[1].end_ns = 1_500_000_000;
        scene.trial.trace.spans[2].end_ns = 500_000_000;
        let score = scene.score(&KIND);
        assert_eq!((score.value, score.evidence.as_str()), (Some(50.0), "100 tokens in 2.00 s"));
        assert!(matches!(Scene::expecting(json!({})).unscored(&KIND), Unscored::Scorer(_)));
    }
}
