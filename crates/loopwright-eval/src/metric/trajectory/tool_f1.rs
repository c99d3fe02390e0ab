#![doc = include_str!("../../../doc/metric/tool_f1.md")]

use std::collections::BTreeSet;

use loopwright_core::{Direction, Unit};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "tool_f1",
    version: 1,
    title: "how far the tools that were used are those that are needed",
    doc: include_str!("../../../doc/metric/tool_f1.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let Some(needed) = &judged.case.expectation.calls else { return Reading::NOT_APPLICABLE };
    let needed: BTreeSet<&str> = needed.iter().map(|call| call.tool.as_str()).collect();
    let used: BTreeSet<&str> = judged.trial.trace.tool_calls().map(|tool| tool.call.name.as_str()).collect();
    let all = needed.len() + used.len();
    let common = needed.intersection(&used).count();
    let value = if all == 0 { 1.0 } else { 2.0 * common as f64 / all as f64 };
    Reading::Measured {
        value,
        evidence: format!("{} tools used, {} needed, {common} in common", used.len(), needed.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn a_tool_counts_once() {
        let scene = Scene::expecting(json!({"calls": [{"tool": "find"}, {"tool": "cancel"}]}));
        let twice = scene.clone().calls("find", json!({})).calls("find", json!({"id": 1}));
        assert!((twice.measures(&KIND) - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(twice.score(&KIND).evidence, "1 tools used, 2 needed, 1 in common");
        assert_eq!(scene.measures(&KIND), 0.0);
        assert_eq!(Scene::expecting(json!({"calls": []})).measures(&KIND), 1.0);
    }
}
