#![doc = include_str!("../../../doc/metric/numeric.md")]

use std::sync::Arc;

use loopwright_core::{AnswerRule, Direction};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::read_said;
use crate::metric::number::numbers;
use crate::metric::wording::without_citations;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError};

pub(super) const KIND: MetricKind = MetricKind {
    name: "numeric",
    version: 1,
    title: "a number of the answer is near enough",
    doc: include_str!("../../../doc/metric/numeric.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new("value", "the number; when absent, that of the case's rule for the answer"),
        Setting::new("absolute", "the largest difference that passes, 0 or more; 0 when absent"),
        Setting::new("relative", "the largest difference as a share of the value, 0 or more; 0 when absent"),
        Setting::new("which", "`any`, `first` or `last` of the answer's numbers; `any` when absent"),
    ],
    build,
};

#[derive(Deserialize)]
struct Numeric {
    value: Option<f64>,
    #[serde(default)]
    absolute: f64,
    #[serde(default)]
    relative: f64,
    #[serde(default)]
    which: Which,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    #[default]
    Any,
    First,
    Last,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let numeric: Numeric = SettingError::read(settings)?;
    for (name, bound) in [("absolute", numeric.absolute), ("relative", numeric.relative)] {
        if bound < 0.0 {
            return Err(SettingError::at(name, format!("`{name}` is {bound}; it must not be negative")));
        }
    }
    Ok(Arc::new(numeric))
}

impl Scorer for Numeric {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let own = match &judged.case.expectation.answer {
            Some(AnswerRule::Number { value, .. }) => Some(*value),
            _ => None,
        };
        let Some(value) = self.value.or(own) else { return Reading::NOT_APPLICABLE };
        read_said(judged, |said| Reading::judged(self.near(value, &numbers(&without_citations(said)))))
    }
}

impl Numeric {
    /// Either bound is enough. There is room for the last digit of a binary fraction, so that 0.1 is within 0.1 of 0.2.
    fn near(&self, value: f64, said: &[f64]) -> Result<String, String> {
        let bound = self.absolute.max(self.relative * value.abs()) + 1e-9 * value.abs().max(1.0);
        let looked_at = match self.which {
            Which::Any => said,
            Which::First => &said[..said.len().min(1)],
            Which::Last => &said[said.len().saturating_sub(1)..],
        };
        match (looked_at.iter().find(|number| (*number - value).abs() <= bound), looked_at) {
            (Some(found), _) => Ok(format!("the answer holds {found}")),
            (None, []) => Err("the answer holds no number".to_owned()),
            (None, [only]) => Err(format!("{only} is not near enough to {value}")),
            (None, several) => Err(format!("none of {} numbers is near enough to {value}", several.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    fn passes(said: &str, settings: Value) -> bool {
        Scene::expecting(json!({})).answers(said).score_with(&KIND, settings).value == Some(1.0)
    }

    #[test]
    fn either_bound_is_enough() {
        assert!(passes("It is about 1,020 [9].", json!({"value": 1000, "relative": 0.02})));
        assert!(!passes("It is about 1,021.", json!({"value": 1000, "relative": 0.02, "absolute": 5})));
        assert!(passes("0.1", json!({"value": 0.2, "absolute": 0.1})));
        assert!(!passes("It is [3].", json!({"value": 3})), "a citation is no number");
    }

    #[test]
    fn one_number_may_be_meant() {
        let said = "12 of 40 is 0.3";
        assert!(passes(said, json!({"value": 40})) && passes(said, json!({"value": 12, "which": "first"})));
        assert!(!passes(said, json!({"value": 40, "which": "last"})));
        let scene = Scene::expecting(json!({"answer": {"number": {"value": 0.3}}})).answers(said);
        assert_eq!(scene.score_with(&KIND, json!({"which": "last"})).evidence, "the answer holds 0.3");
        assert_eq!(Scene::expecting(json!({})).answers(said).unscored(&KIND), Unscored::NotApplicable);
        assert!(KIND.with(json!({"absolute": -1}).as_object().unwrap().clone()).is_err());
    }
}
