#![doc = include_str!("../../../doc/metric/equals.md")]

use loopwright_core::Direction;
use serde::Deserialize;
use serde_json::Value;

use super::read_said;
use crate::metric::kind::set;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "equals",
    version: 1,
    title: "the answer is exactly this",
    doc: include_str!("../../../doc/metric/equals.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("to", "the text that the answer must be, or the JSON value that it must hold; needed")],
    build: set::<Equals>,
};

#[derive(Deserialize)]
struct Equals {
    to: To,
}

/// A text is compared as text; anything else as the JSON that the answer is.
#[derive(Deserialize)]
#[serde(from = "Value")]
enum To {
    Text(String),
    Json(Value),
}

impl From<Value> for To {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text),
            other => Self::Json(other),
        }
    }
}

impl Scorer for Equals {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        read_said(judged, |said| {
            let (holds, wanted) = match &self.to {
                To::Text(text) => (said.trim() == text.trim(), text.clone()),
                To::Json(value) => {
                    (serde_json::from_str::<Value>(said).is_ok_and(|said| said == *value), value.to_string())
                }
            };
            Reading::judged(if holds { Ok(String::new()) } else { Err(format!("the answer is not `{wanted}`")) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    fn holds(to: Value, said: &str) -> bool {
        Scene::expecting(json!({})).answers(said).score_with(&KIND, json!({"to": to})).value == Some(1.0)
    }

    #[test]
    fn texts_are_compared_but_for_space_around_them() {
        assert!(holds(json!("Yes"), " Yes\n"));
        assert!(!holds(json!("Yes"), "yes") && !holds(json!("Yes"), "Yes."));
    }

    #[test]
    fn values_are_compared_as_json() {
        assert!(holds(json!({"a": 1, "b": [2]}), r#"{"b": [2], "a": 1}"#));
        assert!(holds(json!(3), "3") && !holds(json!(3), "three"));
    }
}
