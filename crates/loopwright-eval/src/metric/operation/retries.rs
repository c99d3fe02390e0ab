#![doc = include_str!("../../../doc/metric/retries.md")]

use loopwright_core::{Direction, SpanDetail, Unit};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "retries",
    version: 1,
    title: "how often something had to be tried again",
    doc: include_str!("../../../doc/metric/retries.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let calls = judged.trial.trace.spans.iter().map(|span| match &span.detail {
        SpanDetail::Chat { attempts, .. } => attempts.saturating_sub(1),
        _ => 0,
    });
    let (calls, trials) = (calls.sum::<u32>(), judged.trial.attempts.saturating_sub(1));
    let evidence = if calls + trials == 0 { String::new() } else { format!("{calls} of calls, {trials} of the trial") };
    Reading::Measured { value: f64::from(calls + trials), evidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Cost;
    use serde_json::json;

    #[test]
    fn those_of_calls_and_of_the_trial_count() {
        let mut scene = Scene::expecting(json!({})).thinks(Cost::ZERO).thinks(Cost::ZERO);
        assert_eq!(scene.measures(&KIND), 0.0);
        scene.trial.attempts = 2;
        if let SpanDetail::Chat { attempts, .. } = &mut scene.trial.trace.spans[1].detail {
            *attempts = 3;
        }
        let score = scene.score(&KIND);
        assert_eq!((score.value, score.evidence.as_str()), (Some(3.0), "2 of calls, 1 of the trial"));
    }
}
