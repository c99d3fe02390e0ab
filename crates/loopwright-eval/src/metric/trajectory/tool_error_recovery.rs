#![doc = include_str!("../../../doc/metric/tool_error_recovery.md")]

use loopwright_core::{Direction, ToolStatus, Unit};

use crate::metric::call::{MadeCall, made_calls};
use crate::metric::{Judged, MetricKind, Reading, Scale, listed, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "tool_error_recovery",
    version: 1,
    title: "how many calls that failed were made good",
    doc: include_str!("../../../doc/metric/tool_error_recovery.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let made = made_calls(&judged.trial.trace);
    let failed: Vec<usize> = (0..made.len()).filter(|at| has_failed(&made[*at])).collect();
    if failed.is_empty() {
        return Reading::NOT_APPLICABLE;
    }
    let open: Vec<&usize> = failed.iter().filter(|at| !is_made_good(&made[**at], &made[**at + 1..])).collect();
    let names = listed(open.iter().map(|at| made[**at].tool));
    let rest = if open.is_empty() { String::new() } else { format!("; not those of {names}") };
    let good = failed.len() - open.len();
    let evidence = format!("{good} of {} calls that failed were made good{rest}", failed.len());
    Reading::Measured { value: good as f64 / failed.len() as f64, evidence }
}

/// What was refused or denied has not failed: it was answered, and to insist would be wrong.
fn has_failed(call: &MadeCall<'_>) -> bool {
    matches!(call.status, ToolStatus::UnknownTool | ToolStatus::InvalidArguments | ToolStatus::Broken)
}

/// Whether the same tool, or in place of one that does not exist any other, was carried out later.
fn is_made_good(failed: &MadeCall<'_>, later: &[MadeCall<'_>]) -> bool {
    let is_other = |call: &&MadeCall<'_>| call.tool == failed.tool || failed.status == ToolStatus::UnknownTool;
    later.iter().filter(is_other).any(MadeCall::was_carried_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    #[test]
    fn the_same_tool_must_be_carried_out_later() {
        let broken = Scene::expecting(json!({})).calls_and_gets("find", json!({}), ToolStatus::Broken);
        assert_eq!(broken.measures(&KIND), 0.0);
        assert_eq!(broken.clone().calls("other", json!({})).measures(&KIND), 0.0);
        let twice = broken.calls("find", json!({})).calls_and_gets("get", json!({}), ToolStatus::InvalidArguments);
        let score = twice.score(&KIND);
        let evidence = "1 of 2 calls that failed were made good; not those of `get`";
        assert_eq!((score.value, score.evidence.as_str()), (Some(0.5), evidence));
    }

    #[test]
    fn a_tool_that_does_not_exist_is_made_good_by_one_that_does() {
        let wrong = Scene::expecting(json!({})).calls_and_gets("fnd", json!({}), ToolStatus::UnknownTool);
        assert_eq!(wrong.calls("find", json!({})).measures(&KIND), 1.0);
    }

    #[test]
    fn without_a_failure_there_is_nothing_to_make_good() {
        let refused = Scene::expecting(json!({})).calls_and_gets("find", json!({}), ToolStatus::Refused);
        assert_eq!(refused.unscored(&KIND), Unscored::NotApplicable);
    }
}
