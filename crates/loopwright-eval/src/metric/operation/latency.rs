#![doc = include_str!("../../../doc/metric/latency.md")]

use loopwright_core::{Direction, Unit};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "latency",
    version: 1,
    title: "how long the run took",
    doc: include_str!("../../../doc/metric/latency.md"),
    scale: Scale::Measure(Unit::Seconds),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    Reading::measured(judged.trial.trace.duration_ns() as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn is_the_time_of_the_run_itself() {
        let mut scene = Scene::expecting(json!({})).calls("a", json!({}));
        scene.trial.trace.spans[0].start_ns = 1_000_000_000;
        scene.trial.trace.spans[0].end_ns = 3_500_000_000;
        scene.trial.trace.spans[1].end_ns = 9_000_000_000;
        assert_eq!(scene.measures(&KIND), 2.5);
    }
}
