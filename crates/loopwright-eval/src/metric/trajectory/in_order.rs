#![doc = include_str!("../../../doc/metric/trajectory_in_order.md")]

use loopwright_core::Direction;

use super::compared;
use crate::metric::call::in_order;
use crate::metric::{MetricKind, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "trajectory_in_order",
    version: 1,
    title: "the needed calls are made, in their order",
    doc: include_str!("../../../doc/metric/trajectory_in_order.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(|judged| compared(judged, in_order)),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn the_order_counts_and_calls_between_do_not() {
        let scene = Scene::expecting(json!({"calls": [{"tool": "find"}, {"tool": "cancel", "args": {"id": 1}}]}));
        let found = scene.clone().calls("find", json!({})).calls("other", json!({}));
        assert!(found.clone().calls("cancel", json!({"id": 1})).passes(&KIND));
        assert!(!found.calls("cancel", json!({"id": 2})).passes(&KIND));
        let backwards = scene.calls("cancel", json!({"id": 1})).calls("find", json!({}));
        assert_eq!(backwards.score(&KIND).evidence, "`cancel` was called, but not in its turn");
    }

    #[test]
    fn none_where_none_is_right() {
        let scene = Scene::expecting(json!({"calls": []})).answers("Free.");
        assert!(scene.passes(&KIND) && !scene.calls("a", json!({})).passes(&KIND));
    }
}
