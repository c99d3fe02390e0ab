#![doc = include_str!("../../../doc/metric/tool_calls.md")]

use loopwright_core::{Direction, ToolStatus, Unit};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "tool_calls",
    version: 1,
    title: "how many tool calls were made",
    doc: include_str!("../../../doc/metric/tool_calls.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let calls = judged.trial.trace.tool_calls();
    let (made, done) =
        calls.fold((0_u32, 0_u32), |(made, done), call| (made + 1, done + u32::from(call.status == ToolStatus::Done)));
    let evidence = if made == done { String::new() } else { format!("{} of them to no effect", made - done) };
    Reading::Measured { value: f64::from(made), evidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn counts_calls_whatever_became_of_them() {
        let scene = Scene::expecting(json!({}));
        assert_eq!(scene.measures(&KIND), 0.0);
        let scene = scene.calls("a", json!({})).calls_and_gets("b", json!({}), ToolStatus::UnknownTool);
        assert_eq!(scene.measures(&KIND), 2.0);
        assert_eq!(scene.score(&KIND).evidence, "1 of them to no effect");
    }
}
