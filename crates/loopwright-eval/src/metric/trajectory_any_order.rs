#![doc = include_str!("../../doc/metric/trajectory_any_order.md")]

use loopwright_core::Direction;

use super::call::{any_order, made_calls};
use super::tool_choice::stayed_out;
use super::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "trajectory_any_order",
    version: 1,
    title: "the needed calls are made, in any order",
    doc: include_str!("../../doc/metric/trajectory_any_order.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let Some(needed) = &judged.case.expectation.calls else { return Reading::NOT_APPLICABLE };
    let made = made_calls(&judged.trial.trace);
    Reading::judged(if needed.is_empty() { stayed_out(judged, &made) } else { any_order(needed, &made) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn the_order_does_not_count() {
        let scene = Scene::expecting(json!({"calls": [{"tool": "find"}, {"tool": "cancel", "args": {"id": 1}}]}));
        let backwards = scene.clone().calls("cancel", json!({"id": 1})).calls("find", json!({}));
        assert!(backwards.passes(&KIND));
        assert!(!scene.calls("find", json!({})).passes(&KIND));
    }

    #[test]
    fn none_where_none_is_right() {
        let scene = Scene::expecting(json!({"calls": []})).answers("Free.");
        assert!(scene.passes(&KIND) && !scene.calls("a", json!({})).passes(&KIND));
    }
}
