#![doc = include_str!("../../../doc/metric/tokens.md")]

use std::sync::Arc;

use loopwright_core::{Direction, SegmentUse, SpanDetail, Unit, Unscored};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError, suggestion};

pub(super) const KIND: MetricKind = MetricKind {
    name: "tokens",
    version: 1,
    title: "tokens read and written",
    doc: include_str!("../../../doc/metric/tokens.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[Setting::new(
        "segment",
        "the part of the context whose tokens are counted, such as `knowledge`, in place of all read and written",
    )],
    build,
};

/// The segments that a context is laid out in.
const SEGMENTS: [&str; 8] = ["system", "rules", "tools", "examples", "knowledge", "history", "tool_results", "user"];

#[derive(Deserialize)]
struct Settings {
    segment: Option<String>,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    match SettingError::read(settings)? {
        Settings { segment: None } => Ok(Arc::new(read)),
        Settings { segment: Some(name) } if SEGMENTS.contains(&name.as_str()) => {
            Ok(Arc::new(move |judged: &Judged<'_>| read_segment(judged, &name)))
        }
        Settings { segment: Some(name) } => {
            let hint = Some(suggestion(&name, SEGMENTS.into_iter()));
            Err(SettingError { hint, ..SettingError::at("segment", format!("there is no segment `{name}`")) })
        }
    }
}

/// The tokens of a segment in all requests, estimated as the context was laid out.
fn read_segment(judged: &Judged<'_>, name: &str) -> Reading {
    let segments = judged.trial.trace.spans.iter().flat_map(|span| match &span.detail {
        SpanDetail::Chat { segments, .. } => segments.as_slice(),
        _ => &[],
    });
    let segments: Vec<&SegmentUse> = segments.collect();
    if segments.is_empty() {
        return Reading::Unscored(Unscored::Scorer("no segments of a context were recorded".to_owned()));
    }
    let own = || segments.iter().filter(|segment| segment.name == name);
    let (tokens, dropped): (u64, u64) = (own().map(|one| one.tokens).sum(), own().map(|one| one.dropped).sum());
    let evidence = if dropped == 0 { String::new() } else { format!("{dropped} more were cut") };
    Reading::Measured { value: tokens as f64, evidence }
}

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
    fn a_segment_is_counted_over_all_calls() {
        let mut scene = Scene::expecting(json!({})).thinks(Cost::ZERO).thinks(Cost::ZERO);
        let unseen = scene.score_with(&KIND, json!({"segment": "knowledge"})).verdict;
        assert!(matches!(unseen, Verdict::Unscored(Unscored::Scorer(_))), "unknown is not 0");
        for span in &mut scene.trial.trace.spans {
            if let SpanDetail::Chat { segments, .. } = &mut span.detail {
                *segments = vec![SegmentUse { name: "knowledge".into(), tokens: 40, dropped: 5 }];
            }
        }
        let score = scene.score_with(&KIND, json!({"segment": "knowledge"}));
        assert_eq!((score.value, score.evidence.as_str()), (Some(80.0), "10 more were cut"));
        assert_eq!(scene.score_with(&KIND, json!({"segment": "history"})).value, Some(0.0));
        let error = KIND.with(json!({"segment": "knowlege"}).as_object().unwrap().clone()).unwrap_err().to_string();
        assert!(error.contains("there is no segment `knowlege`; did you mean `knowledge`?"), "{error}");
    }

    #[test]
    fn nothing_recorded_is_not_nothing_used() {
        assert!(matches!(Scene::expecting(json!({})).unscored(&KIND), Unscored::Scorer(_)));
    }
}
