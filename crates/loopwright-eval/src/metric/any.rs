#![doc = include_str!("../../doc/metric/any.md")]

use loopwright_core::Direction;

use super::composition::{Rule, SETTINGS, composed};
use super::{MetricKind, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "any",
    version: 1,
    title: "at least one of its checks holds",
    doc: include_str!("../../doc/metric/any.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: SETTINGS,
    build: |settings| composed(settings, Rule::Any),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn one_that_holds_is_enough() {
        let scene = Scene::expecting(json!({"answer": {"contains": "30 days"}})).answers("Within 30 days.");
        let used = json!({"metric": "tool_calls", "least": 1});
        let either = scene.score_with(&KIND, json!({"checks": [used, {"metric": "answer"}]}));
        assert_eq!((either.value, either.evidence.as_str()), (Some(1.0), "`answer`"));
        let none = scene.score_with(&KIND, json!({"checks": [used, {"metric": "answer", "not": true}]}));
        assert_eq!(none.evidence, "`tool_calls`: 0 is less than 1; `answer`: it holds, and must not");
    }
}
