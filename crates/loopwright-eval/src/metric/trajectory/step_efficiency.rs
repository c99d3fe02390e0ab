#![doc = include_str!("../../../doc/metric/step_efficiency.md")]

use loopwright_core::{Direction, Unit};

use crate::metric::call::{count_met, made_calls};
use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "step_efficiency",
    version: 1,
    title: "how many of the calls that were made were needed",
    doc: include_str!("../../../doc/metric/step_efficiency.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let needed = match judged.case.expectation.calls.as_deref() {
        None | Some([]) => return Reading::NOT_APPLICABLE,
        Some(needed) => needed,
    };
    let made = made_calls(&judged.trial.trace);
    let met = count_met(needed, &made);
    let evidence = format!("{met} of {} calls made are among the {} needed", made.len(), needed.len());
    Reading::Measured { value: met as f64 / made.len().max(needed.len()) as f64, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    #[test]
    fn each_needed_call_counts_once() {
        let scene = Scene::expecting(json!({"calls": [{"tool": "find"}, {"tool": "cancel", "args": {"id": 1}}]}));
        let direct = scene.clone().calls("find", json!({})).calls("cancel", json!({"id": 1}));
        assert_eq!(direct.measures(&KIND), 1.0);
        let score = direct.calls("find", json!({})).calls("cancel", json!({"id": 2})).score(&KIND);
        assert_eq!((score.value, score.evidence.as_str()), (Some(0.5), "2 of 4 calls made are among the 2 needed"));
        assert_eq!(scene.clone().calls("find", json!({})).measures(&KIND), 0.5, "what was left out was not saved");
        assert_eq!(scene.measures(&KIND), 0.0);
        assert_eq!(Scene::expecting(json!({"calls": []})).unscored(&KIND), Unscored::NotApplicable);
    }
}
