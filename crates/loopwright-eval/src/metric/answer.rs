#![doc = include_str!("../../doc/metric/answer.md")]

use loopwright_core::{Direction, Outcome, Unscored};

use super::{Judged, MetricKind, Reading, Scale, answer_rule, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "answer",
    version: 1,
    title: "the answer is what the case expects",
    doc: include_str!("../../doc/metric/answer.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

pub(super) fn read(judged: &Judged<'_>) -> Reading {
    let Some(rule) = &judged.case.expectation.answer else { return Reading::NOT_APPLICABLE };
    match (answer_rule::check(rule, judged.trial.trace.outcome.text()), failure(judged)) {
        (Err(broken), _) => Reading::Unscored(Unscored::Gold(broken)),
        (Ok(_), Some(failure)) => Reading::Absent(failure),
        (Ok(held), None) => Reading::judged(held),
    }
}

/// Why there is no answer to judge, when there is none.
pub(super) fn failure(judged: &Judged<'_>) -> Option<String> {
    let is_silent = judged.trial.trace.outcome.text().trim().is_empty();
    failed(judged).or_else(|| is_silent.then(|| "the agent said nothing".to_owned()))
}

/// How the agent failed, when it did.
pub(super) fn failed(judged: &Judged<'_>) -> Option<String> {
    match &judged.trial.trace.outcome {
        Outcome::Failed { message } => Some(format!("the agent failed: {message}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Limit;
    use serde_json::json;

    #[test]
    fn judges_what_was_said() {
        let scene = Scene::expecting(json!({"answer": {"contains": "30 days"}}));
        assert!(scene.clone().answers("Within 30 days. [1]").passes(&KIND));
        assert!(!scene.clone().answers("Within 3 days.").passes(&KIND));
        let stopped = Outcome::Stopped { limit: Limit::Steps, text: "30 days".into() };
        assert!(scene.clone().ends(stopped).passes(&KIND), "what had been said by then counts");
        let failed = scene.ends(Outcome::Failed { message: "no model".into() });
        assert_eq!(failed.score(&KIND).evidence, "the agent failed: no model");
    }

    #[test]
    fn saying_nothing_is_never_right() {
        let scene = Scene::expecting(json!({"answer": {"regex": ".*"}}));
        assert!(!scene.clone().passes(&KIND));
        assert!(scene.answers("x").passes(&KIND));
    }

    #[test]
    fn broken_gold_is_not_a_zero() {
        let scene = Scene::expecting(json!({"answer": {"regex": "("}})).answers("x");
        assert!(matches!(scene.unscored(&KIND), Unscored::Gold(why) if why.contains("not a regular expression")));
        assert_eq!(Scene::expecting(json!({"abstain": true})).unscored(&KIND), Unscored::NotApplicable);
    }
}
