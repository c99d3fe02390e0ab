#![doc = include_str!("../../../doc/metric/forbidden_calls.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use crate::metric::kind::set;
use crate::metric::setting::all_filled;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "forbidden_calls",
    version: 1,
    title: "no tool is called that must not be",
    doc: include_str!("../../../doc/metric/forbidden_calls.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("tools", "the tools that must not be called; needed, and none empty")],
    build: set::<ForbiddenCalls>,
};

#[derive(Deserialize)]
struct ForbiddenCalls {
    #[serde(deserialize_with = "all_filled")]
    tools: Vec<String>,
}

impl Scorer for ForbiddenCalls {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let mut calls = judged.trial.trace.tool_calls();
        match calls.find(|tool| self.tools.contains(&tool.call.name)) {
            Some(tool) => Reading::Fail(format!("`{}` was called", tool.call.name)),
            None => match crate::metric::answer::failed(judged) {
                Some(failure) => Reading::Absent(failure),
                None => Reading::Pass(String::new()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn a_call_that_was_only_tried_counts() {
        let scene = Scene::expecting(json!({})).calls("find", json!({}));
        let settings = || json!({"tools": ["refund", "delete"]});
        assert_eq!(scene.score_with(&KIND, settings()).value, Some(1.0));
        let tried = scene.calls_and_gets("refund", json!({}), loopwright_core::ToolStatus::Denied);
        assert_eq!(tried.score_with(&KIND, settings()).evidence, "`refund` was called");
    }

    #[test]
    fn forbidding_nothing_is_refused() {
        for tools in [json!([]), json!([""])] {
            assert!(KIND.with(json!({"tools": tools}).as_object().unwrap().clone()).is_err());
        }
    }
}
