#![doc = include_str!("../../doc/metric/checks.md")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use loopwright_core::{CaseKey, Check, Direction, Expectation, Unscored};
use serde_json::{Map, json};

use super::{Judged, Metric, MetricKind, Question, Reading, Scale, Scorer, all, mean};

pub(super) const KIND: MetricKind = MetricKind {
    name: "checks",
    version: 1,
    title: "the checks of the case hold",
    doc: include_str!("../../doc/metric/checks.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| Ok(Arc::new(Checks::default())),
};

/// Cases whose checks are kept; those of further cases are made for each trial.
const KEPT: usize = 4096;

/// The checks of cases, made when first needed: to make a pattern or a schema takes longer than to judge by it.
#[derive(Debug, Default)]
pub(super) struct Checks(Mutex<BTreeMap<CaseKey, Kept>>);

/// What was made of the checks of a case, and of which.
#[derive(Debug)]
struct Kept {
    checks: Vec<Check>,
    threshold: Option<f64>,
    made: Result<Metric, String>,
}

impl Scorer for Checks {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        if judged.case.expectation.checks.is_empty() {
            return Reading::NOT_APPLICABLE;
        }
        match self.made(&judged.case.key, &judged.case.expectation) {
            Ok(checks) => checks.read(judged),
            Err(broken) => Reading::Unscored(Unscored::Gold(broken)),
        }
    }

    fn may_ask(&self) -> bool {
        true
    }

    fn questions(&self, judged: &Judged<'_>) -> Vec<Question> {
        if judged.case.expectation.checks.is_empty() {
            return vec![];
        }
        let made = self.made(&judged.case.key, &judged.case.expectation);
        made.map(|checks| checks.questions(judged)).unwrap_or_default()
    }
}

impl Checks {
    fn made(&self, case: &CaseKey, expectation: &Expectation) -> Result<Metric, String> {
        let Expectation { checks, checks_threshold: threshold, .. } = expectation;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Gold may have been corrected since, in this very process.
        if let Some(kept) = kept.get(case).filter(|kept| kept.checks == *checks && kept.threshold == *threshold) {
            return kept.made.clone();
        }
        let made = together(expectation);
        if kept.len() < KEPT {
            let (checks, threshold, made) = (checks.clone(), *threshold, made.clone());
            kept.insert(case.clone(), Kept { checks, threshold, made });
        }
        made
    }
}

/// The checks of `expectation` as one metric.
fn together(expectation: &Expectation) -> Result<Metric, String> {
    let Expectation { checks, checks_threshold, .. } = expectation;
    let mut settings = Map::from_iter([("checks".to_owned(), json!(checks))]);
    let kind = match checks_threshold {
        None => &all::KIND,
        Some(least) if (0.0..=1.0).contains(least) => {
            settings.insert("least".to_owned(), json!(least));
            &mean::KIND
        }
        Some(least) => return Err(format!("`checks_threshold` is {least}; it must be from 0 to 1")),
    };
    kind.with(settings).map_err(|error| error.to_string())
}

/// What is wrong with the checks of `expectation`, and the kind of metric that the fault is about; `None` when they can
/// all be made.
pub fn checks_fault(expectation: &Expectation) -> Option<(String, String)> {
    if expectation.checks.is_empty() {
        return None;
    }
    let is_broken =
        |check: &&Check| MetricKind::named(&check.metric).and_then(|kind| kind.with(check.settings.clone())).is_err();
    let about = expectation.checks.iter().find(is_broken).or(expectation.checks.first())?.metric.clone();
    together(expectation).err().map(|fault| (about, fault))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Opinions;
    use crate::metric::testing::Scene;

    fn scene(expect: serde_json::Value) -> Scene {
        Scene::expecting(expect).answers("Within 30 days.")
    }

    #[test]
    fn all_must_hold_and_each_that_does_not_is_named() {
        let checks = json!([
            {"metric": "steps", "most": 3, "name": "short"},
            {"metric": "token_f1", "least": 0.9},
            {"metric": "answer"},
        ]);
        let scene =
            scene(json!({"answer": {"contains": "3 days"}, "checks": checks})).thinks(loopwright_core::Cost::ZERO);
        let evidence = scene.score(&KIND).evidence;
        assert_eq!(evidence, "`token_f1`: 0.4 is less than 0.9; `answer`: the answer does not contain `3 days`");
    }

    #[test]
    fn a_threshold_takes_the_mean_by_weight() {
        let expect = |threshold: f64| {
            json!({
                "answer": {"contains": "30 days"}, "checks_threshold": threshold,
                "checks": [{"metric": "answer", "weight": 3}, {"metric": "answer", "not": true}],
            })
        };
        assert!(scene(expect(0.75)).passes(&KIND));
        let short = scene(expect(0.8)).score(&KIND).evidence;
        assert_eq!(short, "0.75 is less than 0.8 (`answer`: it holds, and must not)");
    }

    #[test]
    fn what_is_broken_is_not_a_zero() {
        for (checks, why) in [
            (json!([{"metric": "answr"}]), "did you mean `answer`"),
            (json!([{"metric": "answer", "leest": 1}]), "did you mean `least`"),
            (json!([{"metric": "tokens"}]), "`tokens` measures, and must pass or fail"),
            (json!([{"metric": "answer", "weight": 0}]), "weighs something"),
            (json!([{"metric": "final_state"}]), "`final_state` has nothing to compare with"),
        ] {
            let unscored = scene(json!({"answer": {"contains": "30"}, "checks": checks})).unscored(&KIND);
            assert!(matches!(&unscored, Unscored::Gold(said) if said.contains(why)), "{unscored:?}");
        }
        assert_eq!(scene(json!({})).unscored(&KIND), Unscored::NotApplicable);
    }

    #[test]
    fn corrected_checks_are_made_anew() {
        let metric = KIND.with(serde_json::Map::new()).unwrap();
        let score = |scene: &Scene| {
            metric
                .score(&Judged {
                    case: &scene.case,
                    trial: &scene.trial,
                    gold: &[],
                    gold_world: None,
                    opinions: Opinions::NONE,
                })
                .verdict
        };
        let wrong = scene(json!({"answer": {"contains": "30"}, "checks": [{"metric": "answer", "not": true}]}));
        let right = scene(json!({"answer": {"contains": "30"}, "checks": [{"metric": "answer"}]}));
        assert_eq!(score(&wrong), loopwright_core::Verdict::Fail);
        assert_eq!(score(&right), loopwright_core::Verdict::Pass);
    }
}
