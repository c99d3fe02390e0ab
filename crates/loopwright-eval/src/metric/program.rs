#![doc = include_str!("../../doc/metric/program.md")]

use std::sync::Arc;

use loopwright_core::{Direction, Outcome, Said, Unit, Unscored};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::question::Program as Respondents;
use super::{Judged, MetricKind, Question, Reading, Respondent, Scale, Scorer, Setting, SettingError};

pub(super) const KIND: MetricKind = MetricKind {
    name: "program",
    version: 1,
    title: "a program of your own passes the trial, or measures it",
    doc: include_str!("../../doc/metric/program.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new("command", "the program and its arguments, run in the project's folder; needed"),
        Setting::new("seconds", "how long it has for an answer, 1 to 3600; 30 when absent"),
        Setting::new("with", "a table that is handed on to the program as it is"),
        Setting::new(
            "unit",
            "`share`, `count`, `dollars`, `joules` or `seconds`, when it measures; a verdict when absent",
        ),
        Setting::new("better", "`more` or `less`, of a measure; `more` when absent"),
    ],
    build,
};

#[derive(Deserialize)]
struct Settings {
    command: Vec<String>,
    #[serde(default = "half_a_minute")]
    seconds: u64,
    #[serde(default)]
    with: Map<String, Value>,
    unit: Option<Unit>,
    better: Option<Better>,
}

fn half_a_minute() -> u64 {
    30
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Better {
    More,
    Less,
}

struct Program {
    program: Respondents,
    with: Map<String, Value>,
    unit: Option<Unit>,
    direction: Direction,
}

/// A line that the program writes.
#[derive(Deserialize)]
struct Answer {
    pass: Option<bool>,
    value: Option<f64>,
    unscored: Option<String>,
    error: Option<String>,
    #[serde(default)]
    evidence: String,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let Settings { command, seconds, with, unit, better } = SettingError::read(settings)?;
    if command.first().is_none_or(String::is_empty) {
        return Err(SettingError::at("command", "`command` names no program"));
    }
    if !(1..=3600).contains(&seconds) {
        return Err(SettingError::at("seconds", format!("`seconds` is {seconds}; it must be from 1 to 3600")));
    }
    if better.is_some() && unit.is_none() {
        return Err(SettingError::at("better", "`better` is of a measure; set `unit` too"));
    }
    let direction = if better == Some(Better::Less) { Direction::Down } else { Direction::Up };
    Ok(Arc::new(Program { program: Respondents { command, seconds }, with, unit, direction }))
}

impl Program {
    fn question(&self, judged: &Judged<'_>) -> Question {
        let (case, trial) = (judged.case, judged.trial);
        let line = json!({
            "with": self.with,
            "case": {"key": case.key, "input": case.input, "expect": case.expectation, "tags": case.tags},
            "condition": trial.site.condition.to_string(),
            "answer": trial.trace.outcome.text(),
            "outcome": trial.trace.outcome,
            "spans": trial.trace.spans,
            "cost": trial.cost,
            "seconds": trial.trace.duration_ns() as f64 / 1e9,
        });
        Question::Program { program: self.program.clone(), line }
    }

    /// What `answer` says; an error when it is not what the metric was made for.
    fn reading(&self, answer: Answer) -> Result<Reading, String> {
        let Answer { pass, value, unscored, error, evidence } = answer;
        if let Some(why) = error.or(unscored) {
            return Err(why);
        }
        match (self.unit, pass, value) {
            (None, Some(true), None) => Ok(Reading::Pass(evidence)),
            (None, Some(false), None) => Ok(Reading::Fail(evidence)),
            (None, ..) => Err("its answer needs `pass`, true or false; it measures when `unit` is set".to_owned()),
            (Some(unit), None, Some(value)) if is_of(unit, value) => Ok(Reading::Measured { value, evidence }),
            (Some(_), None, Some(value)) => Err(format!("its `value` {value} is none of the metric's `unit`")),
            (Some(_), ..) => Err("its answer needs `value`, a number, since `unit` is set".to_owned()),
        }
    }
}

fn is_of(unit: Unit, value: f64) -> bool {
    value.is_finite() && value >= 0.0 && (unit != Unit::Share || value <= 1.0)
}

impl Scorer for Program {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        if let Outcome::Failed { message } = &judged.trial.trace.outcome {
            return Reading::Absent(format!("the agent failed: {message}"));
        }
        let name = self.program.command.join(" ");
        let unscored = |why: String| Reading::Unscored(Unscored::Scorer(format!("`{name}`: {why}")));
        match judged.opinions.on(&self.question(judged)) {
            None => unscored("it was not asked".to_owned()),
            Some(Said::Nothing(why)) => Reading::Unscored(Unscored::Scorer(why.clone())),
            Some(Said::Answer(line)) => match serde_json::from_str::<Answer>(line) {
                Ok(answer) => self.reading(answer).unwrap_or_else(unscored),
                Err(error) => unscored(format!("its answer cannot be read: {error}")),
            },
        }
    }

    fn questions(&self, judged: &Judged<'_>) -> Vec<Question> {
        let has_failed = matches!(judged.trial.trace.outcome, Outcome::Failed { .. });
        if has_failed { vec![] } else { vec![self.question(judged)] }
    }

    fn respondents(&self) -> Vec<Respondent> {
        vec![Respondent::Program(self.program.clone())]
    }

    fn scale(&self) -> Option<(Scale, Direction)> {
        Some((self.unit.map_or(Scale::Verdict, Scale::Measure), self.direction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;

    fn said(answer: &str, settings: Value) -> Reading {
        let mut all = json!({"command": ["score"]});
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        Scene::expecting(json!({})).answers("x").hears(&KIND, all, &[answer])
    }

    #[test]
    fn it_passes_fails_or_measures_as_it_was_made_for() {
        assert_eq!(said(r#"{"pass": true, "evidence": "so"}"#, json!({})), Reading::Pass("so".into()));
        assert_eq!(said(r#"{"id": 1, "pass": false}"#, json!({})), Reading::Fail(String::new()));
        let share = json!({"unit": "share"});
        assert_eq!(said(r#"{"value": 0.25}"#, share.clone()), Reading::measured(0.25));
        for (answer, settings, why) in [
            (r#"{"value": 1}"#, json!({}), "needs `pass`"),
            (r#"{"pass": true}"#, share.clone(), "needs `value`"),
            (r#"{"value": 1.5}"#, share.clone(), "`value` 1.5"),
            (r#"{"unscored": "no key"}"#, share, "no key"),
            (r#"{"error": "broke"}"#, json!({}), "broke"),
            (r#"[]"#, json!({}), "cannot be read"),
        ] {
            match said(answer, settings) {
                Reading::Unscored(Unscored::Scorer(message)) => assert!(message.contains(why), "{message}"),
                other => panic!("{answer}: {other:?}"),
            }
        }
    }

    #[test]
    fn settings_that_cannot_be_meant_are_refused() {
        for settings in [
            json!({}),
            json!({"command": []}),
            json!({"command": ["x"], "seconds": 0}),
            json!({"command": ["x"], "better": "less"}),
        ] {
            assert!(KIND.with(settings.as_object().unwrap().clone()).is_err(), "{settings}");
        }
    }
}
