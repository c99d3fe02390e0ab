#![doc = include_str!("../../../doc/metric/trajectory_any_order.md")]

use loopwright_core::Direction;

use super::compared;
use crate::metric::call::any_order;
use crate::metric::{MetricKind, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "trajectory_any_order",
    version: 1,
    title: "the needed calls are made, in any order",
    doc: include_str!("../../../doc/metric/trajectory_any_order.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(|judged| compared(judged, any_order)),
};

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
