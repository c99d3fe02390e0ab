#![doc = include_str!("../../../doc/metric/repeated_calls.md")]

use std::collections::BTreeSet;

use loopwright_core::{Direction, Unit, canonical_json};

use crate::metric::call::made_calls;
use crate::metric::{Judged, MetricKind, Reading, Scale, listed, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "repeated_calls",
    version: 1,
    title: "how many calls repeat an earlier one to the letter",
    doc: include_str!("../../../doc/metric/repeated_calls.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let mut seen: BTreeSet<(&str, String)> = BTreeSet::new();
    let made = made_calls(&judged.trial.trace);
    let again = made.iter().filter(|call| !seen.insert((call.tool, canonical_json(&call.arguments))));
    let repeated: Vec<&str> = again.map(|call| call.tool).collect();
    Reading::Measured { value: repeated.len() as f64, evidence: listed(&repeated) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn other_arguments_are_another_call() {
        let scene = Scene::expecting(json!({})).calls("find", json!({"a": 1, "b": 2})).calls("find", json!({"a": 2}));
        assert_eq!(scene.measures(&KIND), 0.0);
        let again = scene.calls("find", json!({"b": 2, "a": 1})).score(&KIND);
        assert_eq!((again.value, again.evidence.as_str()), (Some(1.0), "`find`"));
    }
}
