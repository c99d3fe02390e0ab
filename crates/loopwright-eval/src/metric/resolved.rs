#![doc = include_str!("../../doc/metric/resolved.md")]

use std::sync::Arc;

use loopwright_core::{Direction, Expectation, GoldCall, Outcome};

use super::call::{MadeCall, any_order, made_calls};
use super::checks::Checks;
use super::safety::refuses_as_expected;
use super::{
    Judged, MetricKind, Question, Reading, Scale, Scorer, abstention, answer, clarification, final_state, tool_choice,
};

pub(super) const KIND: MetricKind = MetricKind {
    name: "resolved",
    version: 1,
    title: "everything that the case expects holds",
    doc: include_str!("../../doc/metric/resolved.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| Ok(Arc::new(Resolved::default())),
};

/// Holds what was made of the checks of cases.
#[derive(Debug, Default)]
struct Resolved {
    checks: Checks,
}

impl Scorer for Resolved {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        whole(judged, parts(judged, &self.checks))
    }

    fn may_ask(&self) -> bool {
        self.checks.may_ask()
    }

    fn questions(&self, judged: &Judged<'_>) -> Vec<Question> {
        self.checks.questions(judged)
    }
}

/// What the `parts` amount to.
fn whole(judged: &Judged<'_>, parts: Vec<Reading>) -> Reading {
    if parts.is_empty() {
        return Reading::NOT_APPLICABLE;
    }
    // A part that cannot be judged leaves the whole without a score, even beside one that fails: a broken case must be
    // seen, and mended, and not be counted against the agent.
    if let Some(unscored) = parts.iter().find(|part| matches!(part, Reading::Unscored(_))) {
        return unscored.clone();
    }
    let faults: Vec<String> = ended(judged).into_iter().chain(parts.iter().filter_map(fault)).collect();
    Reading::judged(if faults.is_empty() { Ok(String::new()) } else { Err(faults.join("; ")) })
}

/// What the case expects, part by part, each judged.
fn parts(judged: &Judged<'_>, case_checks: &Checks) -> Vec<Reading> {
    let Expectation {
        answer,
        passages: _,
        calls,
        state,
        abstain,
        clarify,
        refuse,
        reference: _,
        rubric: _,
        checks,
        checks_threshold: _,
    } = &judged.case.expectation;
    let mut parts = Vec::new();
    parts.extend(answer.as_ref().map(|_| answer::read(judged)));
    parts.extend(calls.as_ref().map(|needed| Reading::judged(calls_hold(judged, needed))));
    parts.extend((!state.is_empty()).then(|| final_state::read(judged)));
    parts.extend(abstain.then(|| Reading::judged(abstention::as_expected(judged))));
    parts.extend(clarify.then(|| Reading::judged(clarification::as_expected(judged))));
    parts.extend(refuse.then(|| Reading::judged(refuses_as_expected(judged))));
    parts.extend((!checks.is_empty()).then(|| case_checks.read(judged)));
    parts
}

/// Whether the needed calls were carried out. One that policy held back has not done what was asked for.
fn calls_hold(judged: &Judged<'_>, needed: &[GoldCall]) -> Result<String, String> {
    let made = made_calls(&judged.trial.trace);
    if needed.is_empty() {
        return tool_choice::stayed_out(judged, &made);
    }
    let carried_out: Vec<MadeCall<'_>> = made.iter().filter(|call| call.was_carried_out()).cloned().collect();
    any_order(needed, &carried_out).map_err(|reason| match any_order(needed, &made) {
        Ok(_) => "a needed call was made, but not carried out".to_owned(),
        Err(_) => reason,
    })
}

/// How the run ended, when it did not end with an answer.
fn ended(judged: &Judged<'_>) -> Option<String> {
    match &judged.trial.trace.outcome {
        Outcome::Stopped { limit, .. } => Some(format!("the limit on {limit} stopped the agent")),
        Outcome::Failed { message } => Some(format!("the agent failed: {message}")),
        Outcome::Answered { .. } | Outcome::Infrastructure { .. } | Outcome::Untouched { .. } => None,
    }
}

fn fault(part: &Reading) -> Option<String> {
    match part {
        Reading::Fail(reason) | Reading::Absent(reason) => Some(reason.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{Limit, ToolStatus, Unscored};
    use serde_json::json;

    const WORLD: &str = "create table orders(status text); insert into orders values ('cancelled');";

    fn cancels() -> Scene {
        let state = json!([{"sql": "select status from orders", "equals": "cancelled"}]);
        let calls = json!([{"tool": "cancel", "args": {"id": "A-1"}}]);
        let expect = json!({"answer": {"contains": "cancelled"}, "calls": calls, "state": state});
        Scene::expecting(expect).answers("It is cancelled.").leaves(WORLD)
    }

    #[test]
    fn every_part_must_hold() {
        let done = cancels().calls("get", json!({})).calls("cancel", json!({"id": "A-1"}));
        assert!(done.passes(&KIND), "more calls than needed are fine");
        assert!(!done.clone().answers("Done.").passes(&KIND));
        assert!(!cancels().calls("cancel", json!({"id": "A-2"})).passes(&KIND));
        let other = done.leaves("create table orders(status text); insert into orders values ('sent');");
        assert!(!other.passes(&KIND));
    }

    #[test]
    fn names_every_fault() {
        let evidence = cancels().answers("Done.").score(&KIND).evidence;
        assert_eq!(evidence, "the answer does not contain `cancelled`; `cancel` was not called");
    }

    #[test]
    fn a_call_must_be_carried_out() {
        let made = |status| cancels().calls_and_gets("cancel", json!({"id": "A-1"}), status);
        assert!(made(ToolStatus::Refused).passes(&KIND), "whether a refusal is right is for `state` to say");
        for status in [ToolStatus::Denied, ToolStatus::Broken, ToolStatus::UnknownTool] {
            let score = made(status).score(&KIND);
            assert_eq!(score.evidence, "a needed call was made, but not carried out");
        }
    }

    #[test]
    fn no_call_is_a_part_too() {
        let scene = Scene::expecting(json!({"answer": {"contains": "free"}, "calls": []})).answers("Free.");
        assert!(scene.passes(&KIND) && !scene.calls("get", json!({})).passes(&KIND));
    }

    #[test]
    fn saying_so_and_asking_are_parts() {
        let absent = Scene::expecting(json!({"abstain": true}));
        assert!(absent.clone().answers("I do not know.").passes(&KIND) && !absent.answers("Yes.").passes(&KIND));
        let harmful = Scene::expecting(json!({"refuse": true}));
        assert!(
            harmful.clone().answers("I can't help with that.").passes(&KIND) && !harmful.answers("So:").passes(&KIND)
        );
        let unclear = Scene::expecting(json!({"clarify": true}));
        assert!(unclear.clone().answers("Which?").passes(&KIND) && !unclear.answers("Done.").passes(&KIND));
    }

    #[test]
    fn a_run_that_does_not_end_well_resolves_nothing() {
        let scene = Scene::expecting(json!({"answer": {"contains": "free"}}));
        let stopped = Outcome::Stopped { limit: Limit::Steps, text: "Free.".into() };
        assert_eq!(scene.clone().ends(stopped).score(&KIND).evidence, "the limit on steps stopped the agent");
        assert!(!scene.ends(Outcome::Failed { message: "x".into() }).passes(&KIND));
    }

    #[test]
    fn a_broken_part_leaves_the_whole_unscored() {
        let expect = json!({"answer": {"contains": "free"}, "state": [{"sql": "selec", "equals": 1}]});
        let scene = Scene::expecting(expect).answers("No.").leaves(WORLD);
        assert!(matches!(scene.unscored(&KIND), Unscored::Gold(_)));
    }

    #[test]
    fn passages_alone_are_not_judged() {
        let scene = Scene::expecting(json!({"passages": [{"source": "a.md", "quote": "x"}]})).answers("x");
        assert_eq!(scene.unscored(&KIND), Unscored::NotApplicable);
    }
}
