#![doc = include_str!("../../doc/metric/expression.md")]

use std::sync::Arc;

use loopwright_core::{Direction, Outcome, Unit, Unscored};
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value as Found};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::call::made_calls;
use super::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError};

pub(super) const KIND: MetricKind = MetricKind {
    name: "expression",
    version: 1,
    title: "an expression over the trial holds, or gives a number",
    doc: include_str!("../../doc/metric/expression.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new(
            "expression",
            "an expression of minijinja over `answer`, `calls` and the rest of the page; needed",
        ),
        Setting::new(
            "unit",
            "`share`, `count`, `number`, `dollars`, `joules` or `seconds`, when it gives a number; true or false when absent",
        ),
        Setting::new("better", "`more` or `less`, of a number; `more` when absent"),
    ],
    build,
};

#[derive(Deserialize)]
struct Settings {
    expression: String,
    unit: Option<Unit>,
    better: Option<Better>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Better {
    More,
    Less,
}

/// Invariant: the text compiles. It is kept as text, since what is compiled borrows the environment beside it.
struct Expression {
    environment: Environment<'static>,
    expression: String,
    unit: Option<Unit>,
    direction: Direction,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let Settings { expression, unit, better } = SettingError::read(settings)?;
    let direction = match better {
        Some(_) if unit.is_none() => return Err(SettingError::at("better", "`better` is of a number; set `unit` too")),
        Some(Better::Less) => Direction::Down,
        _ => Direction::Up,
    };
    let mut environment = Environment::new();
    // What is misspelt must be seen, and not be false.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let broken = |error| SettingError::at("expression", format!("the expression cannot be read: {error}"));
    environment.compile_expression(&expression).map_err(broken)?;
    Ok(Arc::new(Expression { environment, expression, unit, direction }))
}

impl Scorer for Expression {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        if let Outcome::Failed { message } = &judged.trial.trace.outcome {
            return Reading::Absent(format!("the agent failed: {message}"));
        }
        let compiled = self.environment.compile_expression(&self.expression);
        match compiled.and_then(|expression| expression.eval(facts(judged))) {
            Ok(found) => self.reading(&found).unwrap_or_else(|| {
                let wanted = if self.unit.is_some() { "a number in its unit" } else { "true or false" };
                Reading::Unscored(Unscored::Scorer(format!("the expression gives {found}, and not {wanted}")))
            }),
            Err(error) => Reading::Unscored(Unscored::Scorer(format!("the expression cannot be computed: {error}"))),
        }
    }

    fn scale(&self) -> Option<(Scale, Direction)> {
        Some((self.unit.map_or(Scale::Verdict, Scale::Measure), self.direction))
    }
}

impl Expression {
    fn reading(&self, found: &Found) -> Option<Reading> {
        let Some(unit) = self.unit else {
            let holds = bool::try_from(found.clone()).ok()?;
            let fault = || Reading::Fail(format!("`{}` does not hold", self.expression));
            return Some(if holds { Reading::Pass(String::new()) } else { fault() });
        };
        let value = f64::try_from(found.clone()).ok().filter(|value| value.is_finite())?;
        if value < 0.0 && unit != Unit::Number {
            return None;
        }
        (unit != Unit::Share || value <= 1.0).then(|| Reading::measured(value))
    }
}

/// What an expression can look at.
fn facts(judged: &Judged<'_>) -> Found {
    let (case, trial) = (judged.case, judged.trial);
    let calls: Vec<Value> = made_calls(&trial.trace)
        .iter()
        .map(|call| json!({"tool": call.tool, "arguments": call.arguments, "status": call.status}))
        .collect();
    let retrievals = trial.trace.retrievals();
    let passages: Vec<Value> = retrievals
        .flat_map(|(_, passages, shown)| passages.iter().take(shown))
        .map(|passage| json!({"source": passage.source, "text": passage.text}))
        .collect();
    let usage = trial.cost.usage;
    Found::from(Serde(json!({
        "answer": trial.trace.outcome.text(),
        "stopped": matches!(trial.trace.outcome, Outcome::Stopped { .. }),
        "calls": calls,
        "passages": passages,
        "steps": trial.trace.chats().count(),
        "tokens": usage.total(),
        "input_tokens": usage.input(),
        "cached_tokens": usage.cached(),
        "output_tokens": usage.output(),
        "seconds": trial.trace.duration_ns() as f64 / 1e9,
        "dollars": trial.cost.money.map(|money| money.0 as f64 / 1e6),
        "question": case.input.question(),
        "tags": case.tags,
        "expect": case.expectation,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Verdict;

    fn scene() -> Scene {
        Scene::expecting(json!({"reference": "30 days"})).answers("Within 30 days.").calls("find", json!({"id": "A-1"}))
    }

    #[test]
    fn holds_or_not() {
        let verdict = |expression: &str| scene().score_with(&KIND, json!({"expression": expression})).verdict;
        assert_eq!(verdict("expect.reference in answer and calls|length == 1"), Verdict::Pass);
        assert_eq!(verdict("calls[0].arguments.id == 'A-2'"), Verdict::Fail);
        assert!(matches!(verdict("anser == 'x'"), Verdict::Unscored(Unscored::Scorer(_))), "misspelt is not false");
        assert!(matches!(verdict("answer"), Verdict::Unscored(Unscored::Scorer(_))), "a text is no verdict");
        let failed = scene().ends(Outcome::Failed { message: "crash".into() });
        assert_eq!(failed.score_with(&KIND, json!({"expression": "true"})).verdict, Verdict::Fail);
    }

    #[test]
    fn gives_a_number_in_its_unit() {
        let settings = json!({"expression": "calls|length / 4", "unit": "share", "better": "less"});
        let metric = KIND.with(settings.as_object().unwrap().clone()).unwrap();
        assert_eq!((metric.scale(), metric.direction()), (Scale::Measure(Unit::Share), Direction::Down));
        assert_eq!(scene().score_with(&KIND, settings).value, Some(0.25));
        let beyond = scene().score_with(&KIND, json!({"expression": "7", "unit": "share"}));
        assert!(matches!(beyond.verdict, Verdict::Unscored(Unscored::Scorer(_))), "no share is 7");
        let below = |unit: &str| scene().score_with(&KIND, json!({"expression": "0 - 2", "unit": unit})).value;
        assert_eq!((below("number"), below("count")), (Some(-2.0), None));
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_once() {
        for settings in [json!({}), json!({"expression": "1 +"}), json!({"expression": "true", "better": "less"})] {
            assert!(KIND.with(settings.as_object().unwrap().clone()).is_err(), "{settings}");
        }
    }
}
