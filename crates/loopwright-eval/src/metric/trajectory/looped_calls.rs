#![doc = include_str!("../../../doc/metric/looped_calls.md")]

use loopwright_core::{Direction, Unit, canonical_json};

use crate::metric::call::made_calls;
use crate::metric::{Judged, MetricKind, Reading, Scale, listed, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "looped_calls",
    version: 1,
    title: "how many calls go round in a circle",
    doc: include_str!("../../../doc/metric/looped_calls.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let made = made_calls(&judged.trial.trace);
    let results = judged.trial.trace.tool_calls().map(|used| used.result);
    let states: Vec<(&str, String, &str)> =
        made.iter().zip(results).map(|(call, result)| (call.tool, canonical_json(&call.arguments), result)).collect();
    match longest_loop(&states) {
        None => Reading::measured(0.0),
        Some((length, again)) => {
            let round = listed(states[again.clone()].iter().take(length).map(|(tool, ..)| tool));
            let evidence = format!("{round} again and again, with the same results, for {} calls", again.len());
            Reading::Measured { value: again.len() as f64, evidence }
        }
    }
}

/// The longest stretch of `states` that repeats, one for one, the `length` before it, and is at least that long: how long the
/// loop is, and where it is gone through again. Of equal ones the shortest loop.
fn longest_loop<T: PartialEq>(states: &[T]) -> Option<(usize, std::ops::Range<usize>)> {
    let mut longest: Option<(usize, std::ops::Range<usize>)> = None;
    for length in 1..=states.len() / 2 {
        let mut start = length;
        for at in length..=states.len() {
            if at < states.len() && states[at] == states[at - length] {
                continue;
            }
            let is_longer = longest.as_ref().is_none_or(|(_, best)| at - start > best.len());
            if at - start >= length && is_longer {
                longest = Some((length, start..at));
            }
            start = at + 1;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn a_loop_is_gone_through_again_at_once() {
        for (states, found) in [
            ("abc", None),
            ("aba", None),
            ("aab", Some((1, 1..2))),
            ("xababab", Some((2, 3..7))),
            ("abcabcd", Some((3, 3..6))),
            ("aaaa", Some((1, 1..4))),
        ] {
            assert_eq!(longest_loop(states.as_bytes()), found, "{states}");
        }
    }

    #[test]
    fn waiting_for_a_change_is_no_loop() {
        let scene = Scene::expecting(json!({})).gets("status", json!({}), "waiting").gets("status", json!({}), "done");
        assert_eq!(scene.measures(&KIND), 0.0);
        let round = |scene: Scene| scene.gets("find", json!({}), "1").gets("get", json!({"id": 1}), "none");
        let score = round(round(round(scene))).score(&KIND);
        let evidence = "`find`, `get` again and again, with the same results, for 4 calls";
        assert_eq!((score.value, score.evidence.as_str()), (Some(4.0), evidence));
    }
}
