#![doc = include_str!("../../../doc/metric/json_value.md")]

use std::sync::Arc;

use loopwright_core::Direction;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::json::found;
use crate::metric::same::same_argument;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError, answer};

pub(super) const KIND: MetricKind = MetricKind {
    name: "json_value",
    version: 1,
    title: "one value of a JSON answer, or of a tool result, is as it should be",
    doc: include_str!("../../../doc/metric/json_value.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new(
            "pointer",
            "where it stands, as a JSON Pointer such as `/items/0/name`; the whole when absent, which then needs `equals` or `matches`",
        ),
        Setting::new("equals", "what it must be; that it is there is enough when this and `matches` are absent"),
        Setting::new("matches", "a regular expression, in the syntax of Rust's `regex`, that it must match as text"),
        Setting::new("tool", "the tool whose last result is looked at; the answer when absent"),
    ],
    build,
};

#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    pointer: String,
    // A null that is written is a value that is wanted.
    #[serde(default, deserialize_with = "written")]
    equals: Option<Value>,
    matches: Option<String>,
    tool: Option<String>,
}

fn written<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

struct JsonValue {
    pointer: String,
    equals: Option<Value>,
    matches: Option<Regex>,
    tool: Option<String>,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let Settings { pointer, equals, matches, tool } = SettingError::read(settings)?;
    if !(pointer.is_empty() || pointer.starts_with('/')) {
        let error = SettingError::at("pointer", format!("`{pointer}` is no JSON Pointer"));
        return Err(SettingError { hint: Some(format!("did you mean `/{}`?", pointer.replace('.', "/"))), ..error });
    }
    if pointer.is_empty() && equals.is_none() && matches.is_none() {
        return Err(SettingError::missing("`json_value` needs `pointer`, `equals` or `matches`"));
    }
    let broken = |error| SettingError::at("matches", format!("`matches` is no regular expression: {error}"));
    let matches = matches.map(|pattern| Regex::new(&pattern).map_err(broken)).transpose()?;
    Ok(Arc::new(JsonValue { pointer, equals, matches, tool }))
}

impl Scorer for JsonValue {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let trace = &judged.trial.trace;
        let (place, text) = match &self.tool {
            None => match answer::failure(judged) {
                Some(failure) => return Reading::Absent(failure),
                None => ("the answer".to_owned(), trace.outcome.text()),
            },
            Some(tool) => match trace.tool_calls().filter(|used| used.call.name == *tool).last() {
                Some(used) => (format!("the last result of `{tool}`"), used.result),
                None => return Reading::Absent(format!("`{tool}` was not called")),
            },
        };
        let whole = serde_json::from_str(text).ok().or_else(|| found(text).into_iter().next());
        match whole.as_ref().map(|whole: &Value| whole.pointer(&self.pointer)) {
            None => Reading::Fail(format!("{place} holds no JSON")),
            Some(None) => Reading::Fail(format!("{place} has nothing at `{}`", self.pointer)),
            Some(Some(value)) => Reading::judged(self.kept(value)),
        }
    }
}

impl JsonValue {
    fn kept(&self, value: &Value) -> Result<String, String> {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match (&self.equals, &self.matches) {
            (Some(wanted), _) if !same_argument(wanted, value) => Err(format!("it is {value}, and not {wanted}")),
            (_, Some(pattern)) if !pattern.is_match(&text) => {
                Err(format!("it is {value}, and does not match `{pattern}`"))
            }
            _ => Ok(String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    fn evidence(scene: &Scene, settings: Value) -> Result<(), String> {
        let score = scene.score_with(&KIND, settings);
        if score.value == Some(1.0) { Ok(()) } else { Err(score.evidence) }
    }

    #[test]
    fn looks_at_one_place_of_the_answer() {
        let scene = Scene::expecting(json!({})).answers(r#"Here: {"items": [{"name": "Lid", "n": null}]}"#);
        assert_eq!(evidence(&scene, json!({"pointer": "/items/0/name", "equals": "lid"})), Ok(()));
        assert_eq!(evidence(&scene, json!({"pointer": "/items/0/n", "equals": null})), Ok(()));
        let wrong = evidence(&scene, json!({"pointer": "/items/0/name", "equals": null})).unwrap_err();
        assert_eq!(wrong, "it is \"Lid\", and not null");
        let wrong = evidence(&scene, json!({"pointer": "/items/0/name", "matches": "^[a-z]"})).unwrap_err();
        assert_eq!(wrong, "it is \"Lid\", and does not match `^[a-z]`");
        assert_eq!(evidence(&scene, json!({"pointer": "/x"})).unwrap_err(), "the answer has nothing at `/x`");
        assert!(evidence(&scene.answers("none"), json!({"pointer": "/x"})).is_err());
    }

    #[test]
    fn looks_at_the_last_result_of_a_tool() {
        let scene = Scene::expecting(json!({})).gets("get", json!({}), r#"[{"status": "sent"}]"#);
        let settings = json!({"tool": "get", "pointer": "/0/status", "equals": "cancelled"});
        assert_eq!(evidence(&scene, settings.clone()).unwrap_err(), "it is \"sent\", and not \"cancelled\"");
        assert_eq!(evidence(&scene.gets("get", json!({}), r#"[{"status": "cancelled"}]"#), settings), Ok(()));
        let unmade = evidence(&Scene::expecting(json!({})), json!({"tool": "get", "pointer": "/0"})).unwrap_err();
        assert_eq!(unmade, "`get` was not called");
    }

    #[test]
    fn a_pointer_begins_with_a_slash() {
        let error = KIND.with(json!({"pointer": "items.0"}).as_object().unwrap().clone()).unwrap_err().to_string();
        assert!(error.contains("`items.0` is no JSON Pointer; did you mean `/items/0`?"), "{error}");
        assert!(KIND.with(json!({"tool": "get"}).as_object().unwrap().clone()).is_err(), "nothing is asked");
    }
}
