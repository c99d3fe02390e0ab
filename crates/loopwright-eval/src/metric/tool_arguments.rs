#![doc = include_str!("../../doc/metric/tool_arguments.md")]

use loopwright_core::{Direction, Unit};

use super::call::{any_order, made_calls};
use super::{Judged, Metric, Reading};

pub(super) const METRIC: Metric = Metric {
    name: "tool_arguments",
    version: 1,
    title: "each needed call is made with the right arguments",
    doc: include_str!("../../doc/metric/tool_arguments.md"),
    unit: Unit::Share,
    direction: Direction::Up,
    read,
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
        assert!(scene.clone().calls("get", json!({"id": "A-2"})).calls("get", json!({"id": "A-1"})).passes(&METRIC));
        assert!(!scene.clone().calls("get", json!({"id": "A-2"})).passes(&METRIC));
        let refused = scene.calls_and_gets("get", json!("x"), ToolStatus::InvalidArguments);
        assert_eq!(refused.score(&METRIC).evidence, "`get` was called, but the arguments cannot be read");
    }

    #[test]
    fn no_call_has_no_arguments() {
        assert_eq!(Scene::expecting(json!({"calls": []})).unscored(&METRIC), Unscored::NotApplicable);
        assert_eq!(Scene::expecting(json!({"abstain": true})).unscored(&METRIC), Unscored::NotApplicable);
    }
}
