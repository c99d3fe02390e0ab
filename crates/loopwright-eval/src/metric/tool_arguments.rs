#![doc = include_str!("../../doc/metric/tool_arguments.md")]

use loopwright_core::Direction;

use super::call::{any_order, made_calls};
use super::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "tool_arguments",
    version: 1,
    title: "each needed call is made with the right arguments",
    doc: include_str!("../../doc/metric/tool_arguments.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    match judged.case.expectation.calls.as_deref() {
        None | Some([]) => Reading::NOT_APPLICABLE,
        Some(needed) => Reading::judged(any_order(needed, &made_calls(&judged.trial.trace))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{ToolStatus, Unscored};
    use serde_json::json;

    #[test]
    fn one_right_call_is_enough() {
        let scene = Scene::expecting(json!({"calls": [{"tool": "get", "args": {"id": "A-1"}}]}));
        assert!(scene.clone().calls("get", json!({"id": "A-2"})).calls("get", json!({"id": "A-1"})).passes(&KIND));
        assert!(!scene.clone().calls("get", json!({"id": "A-2"})).passes(&KIND));
        let refused = scene.calls_and_gets("get", json!("x"), ToolStatus::InvalidArguments);
        assert_eq!(refused.score(&KIND).evidence, "`get` was called, but the arguments cannot be read");
    }

    #[test]
    fn no_call_has_no_arguments() {
        assert_eq!(Scene::expecting(json!({"calls": []})).unscored(&KIND), Unscored::NotApplicable);
        assert_eq!(Scene::expecting(json!({"abstain": true})).unscored(&KIND), Unscored::NotApplicable);
    }
}
