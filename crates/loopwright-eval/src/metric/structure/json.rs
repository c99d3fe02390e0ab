#![doc = include_str!("../../../doc/metric/json.md")]

use std::sync::Arc;

use jsonschema::Validator;
use loopwright_core::Direction;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::metric::text::read_said;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError};

pub(super) const KIND: MetricKind = MetricKind {
    name: "json",
    version: 1,
    title: "the answer is JSON, and keeps a schema",
    doc: include_str!("../../../doc/metric/json.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new("schema", "the JSON Schema that it must keep; any JSON will do when absent"),
        Setting::new("within", "whether other text may stand around it; `false` when absent"),
    ],
    build,
};

#[derive(Deserialize)]
struct Settings {
    schema: Option<Map<String, Value>>,
    #[serde(default)]
    within: bool,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let Settings { schema, within } = SettingError::read(settings)?;
    let broken = |error| SettingError::at("schema", format!("`schema` is no JSON Schema: {error}"));
    let schema = schema.map(|schema| jsonschema::validator_for(&Value::Object(schema)).map_err(broken)).transpose()?;
    Ok(Arc::new(move |judged: &Judged<'_>| {
        read_said(judged, |said| Reading::judged(kept(said, schema.as_ref(), within)))
    }))
}

/// Whether `said` is JSON that keeps the schema; of several within it one is enough. Says why the first does not.
fn kept(said: &str, schema: Option<&Validator>, within: bool) -> Result<String, String> {
    let values = if within { found(said) } else { vec![serde_json::from_str(said).map_err(|error| no_json(&error))?] };
    let mut faults = values.iter().map(|value| fault(value, schema));
    let Some(first) = faults.next() else { return Err("the answer holds no JSON object or list".to_owned()) };
    match first {
        Some(fault) if !faults.any(|fault| fault.is_none()) => Err(fault),
        _ => Ok(String::new()),
    }
}

fn no_json(error: &serde_json::Error) -> String {
    format!("the answer is no JSON: {error}")
}

/// What in `value` does not keep the schema.
fn fault(value: &Value, schema: Option<&Validator>) -> Option<String> {
    let error = schema?.iter_errors(value).next()?;
    let at = error.instance_path().to_string();
    Some(if at.is_empty() { error.to_string() } else { format!("`{at}`: {error}") })
}

/// The objects and lists in `text` that stand in no other, in order.
pub(super) fn found(text: &str) -> Vec<Value> {
    let (mut values, mut rest) = (vec![], text);
    while let Some(start) = rest.find(['{', '[']) {
        let mut stream = serde_json::Deserializer::from_str(&rest[start..]).into_iter::<Value>();
        let read = match stream.next() {
            Some(Ok(value)) => {
                values.push(value);
                stream.byte_offset()
            }
            // A bracket is one byte long.
            _ => 1,
        };
        rest = &rest[start + read..];
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    fn evidence(said: &str, settings: Value) -> Result<(), String> {
        let score = Scene::expecting(json!({})).answers(said).score_with(&KIND, settings);
        if score.value == Some(1.0) { Ok(()) } else { Err(score.evidence) }
    }

    #[test]
    fn the_whole_answer_must_be_json_unless_more_is_allowed() {
        assert_eq!(evidence(r#"{"a": 1}"#, json!({})), Ok(()));
        assert!(evidence(r#"Here: {"a": 1}"#, json!({})).unwrap_err().starts_with("the answer is no JSON"));
        assert_eq!(evidence("Here: [1] {\"a\": [2]} done", json!({"within": true})), Ok(()));
        let none = evidence("Here {it} is", json!({"within": true})).unwrap_err();
        assert_eq!(none, "the answer holds no JSON object or list");
    }

    #[test]
    fn keeps_a_schema() {
        let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]});
        assert_eq!(evidence(r#"{"n": 1}"#, json!({"schema": schema})), Ok(()));
        let wrong = evidence(r#"{"n": "one"}"#, json!({"schema": schema})).unwrap_err();
        assert!(wrong.starts_with("`/n`: \"one\" is not of type"), "{wrong}");
        let second = "{\"x\": 1} and {\"n\": 2}";
        assert_eq!(evidence(second, json!({"schema": schema, "within": true})), Ok(()), "one is enough");
    }

    #[test]
    fn a_broken_schema_is_refused_at_once() {
        let error = KIND.with(json!({"schema": {"type": "nonsense"}}).as_object().unwrap().clone()).unwrap_err();
        assert!(error.to_string().contains("`schema` is no JSON Schema"), "{error}");
    }
}
