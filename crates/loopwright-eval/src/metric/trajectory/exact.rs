#![doc = include_str!("../../../doc/metric/trajectory_exact.md")]

use loopwright_core::{Direction, GoldCall};

use super::compared;
use crate::metric::call::{MadeCall, in_order};
use crate::metric::{MetricKind, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "trajectory_exact",
    version: 1,
    title: "the needed calls are made in their order, and no other",
    doc: include_str!("../../../doc/metric/trajectory_exact.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(|judged| compared(judged, exact)),
};

/// As many calls as are needed, all of them needed: in order, there is no room for another.
fn exact(needed: &[GoldCall], made: &[MadeCall<'_>]) -> Result<String, String> {
    let held = in_order(needed, made)?;
    match made.len().checked_sub(needed.len()) {
        Some(0) | None => Ok(held),
        Some(more) => Err(format!("{more} more calls were made than are needed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn no_call_more_and_none_out_of_turn() {
        let scene = Scene::expecting(json!({"calls": [{"tool": "find"}, {"tool": "cancel"}]}));
        let right = scene.clone().calls("find", json!({})).calls("cancel", json!({}));
        assert!(right.passes(&KIND));
        assert_eq!(right.calls("find", json!({})).score(&KIND).evidence, "1 more calls were made than are needed");
        assert!(!scene.calls("cancel", json!({})).calls("find", json!({})).passes(&KIND));
    }
}
