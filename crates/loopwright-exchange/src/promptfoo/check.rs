//! Asserts → checks: kinds of metrics with their settings.

use loopwright_core::Check;
use serde_json::{Map, Value, json};

use super::assertion::{Assertion, Single};
use super::beyond;
use super::reader::Reader;
use super::template::render;

/// Types that become checks.
const CARRIED: [&str; 24] = [
    "equals",
    "contains",
    "icontains",
    "contains-any",
    "contains-all",
    "icontains-any",
    "icontains-all",
    "starts-with",
    "regex",
    "levenshtein",
    "rouge-n",
    "bleu",
    "gleu",
    "meteor",
    "word-count",
    "is-json",
    "contains-json",
    "is-xml",
    "contains-xml",
    "is-html",
    "contains-html",
    "is-refusal",
    "cost",
    "latency",
];

/// Whether promptfoo has this type.
pub(super) fn is_known(kind: &str) -> bool {
    CARRIED.contains(&kind) || beyond::reason(kind).is_some()
}

/// The checks of a case, and the threshold that their mean must reach.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Checks {
    pub(super) checks: Vec<Check>,
    pub(super) threshold: Option<f64>,
}

/// The checks that `asserts` are with these variables. Where some are left out, the rest keeps its weight.
pub(super) fn checks(
    asserts: &[Assertion],
    threshold: Option<f64>,
    vars: &Map<String, Value>,
    reader: &mut Reader<'_>,
) -> Checks {
    let checks = asserts.iter().filter_map(|one| check(one, vars, reader)).collect();
    // What is more than all can never be reached, and promptfoo takes 0 for "no matter what".
    Checks { checks, threshold: threshold.filter(|threshold| (0.0..=1.0).contains(threshold)) }
}

fn check(assertion: &Assertion, vars: &Map<String, Value>, reader: &mut Reader<'_>) -> Option<Check> {
    match assertion {
        Assertion::One(single) => {
            note(single, reader);
            let made = weighs(single.weight).and_then(|()| one(single, vars)).and_then(|check| reader.carried(check));
            let what = format!("the assert `{}{}`", if single.not { "not-" } else { "" }, single.kind);
            made.map_err(|why| reader.leave_out(&single.spot, what, why)).ok()
        }
        Assertion::Set { spot, asserts, weight, threshold, metric } => {
            if let Err(why) = weighs(*weight) {
                reader.leave_out(spot, "the assert `assert-set`", why);
                return None;
            }
            let inner: Vec<Check> = asserts.iter().filter_map(|one| check(one, vars, reader)).collect();
            if inner.is_empty() {
                return None;
            }
            let made = reader.carried(set(&inner, *weight, *threshold, metric.clone()));
            made.map_err(|why| reader.leave_out(spot, "the assert `assert-set`", why)).ok()
        }
    }
}

/// Notes what of an assert that is carried out is not read.
fn note(single: &Single, reader: &mut Reader<'_>) {
    for key in single.beyond.iter().filter(|_| beyond::reason(&single.kind).is_none()) {
        let what = format!("`{key}` of the assert `{}`", single.kind);
        reader.leave_out(&single.spot, what, "the answer is judged as it is");
    }
}

fn weighs(weight: f64) -> Result<(), String> {
    if weight > 0.0 { Ok(()) } else { Err("its weight is 0, so that it decides nothing".to_owned()) }
}

fn set(checks: &[Check], weight: f64, threshold: Option<f64>, name: Option<String>) -> Check {
    let checks = json!(checks);
    let (metric, settings) = match threshold {
        None => ("all", json!({"checks": checks})),
        Some(least) => ("mean", json!({"checks": checks, "least": least})),
    };
    Check { metric: metric.to_owned(), settings: object(settings), name, weight }
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(map) = value { map } else { Map::new() }
}

fn one(single: &Single, vars: &Map<String, Value>) -> Result<Check, String> {
    if let Some(why) = beyond::reason(&single.kind) {
        return Err(why.to_owned());
    }
    let value = single.value.as_ref().map(|value| rendered(value, vars)).transpose()?;
    if let Some(Value::String(text)) = &value
        && ["file://", "package:"].iter().any(|mark| text.starts_with(mark))
    {
        return Err("its value is code, or a file that is not data".to_owned());
    }
    let (metric, settings) = kind(single, value)?;
    let mut settings = object(settings);
    if single.not {
        settings.insert("not".to_owned(), true.into());
    }
    Ok(Check { metric: metric.to_owned(), settings, name: single.metric.clone(), weight: single.weight })
}

/// The kind of metric that asks what `single` does, and its settings.
fn kind(single: &Single, value: Option<Value>) -> Result<(&'static str, Value), String> {
    let at_least = |usual: f64| single.threshold.unwrap_or(usual);
    let made = match single.kind.as_str() {
        "equals" => ("equals", json!({"to": needed(value)?})),
        "contains" => ("contains", json!({"text": text(value)?})),
        "icontains" => ("contains", json!({"text": text(value)?, "ignore_case": true})),
        "contains-any" => ("contains_any", json!({"texts": texts(value)?})),
        "icontains-any" => ("contains_any", json!({"texts": texts(value)?, "ignore_case": true})),
        "contains-all" => ("contains_all", json!({"texts": texts(value)?})),
        "icontains-all" => ("contains_all", json!({"texts": texts(value)?, "ignore_case": true})),
        "starts-with" => ("starts_with", json!({"text": text(value)?})),
        "regex" => ("regex", json!({"pattern": text(value)?})),
        "levenshtein" => ("levenshtein", json!({"reference": text(value)?, "most": at_least(5.0)})),
        "rouge-n" => ("rouge_n", json!({"reference": text(value)?, "least": at_least(0.75)})),
        "bleu" => ("bleu", json!({"reference": text(value)?, "least": at_least(0.5)})),
        "gleu" => ("gleu", json!({"reference": text(value)?, "least": at_least(0.5)})),
        "meteor" => ("meteor", json!({"reference": text(value)?, "least": at_least(0.5)})),
        "word-count" => ("word_count", word_count(needed(value)?)?),
        "is-json" => ("json", schema(value, json!({}))),
        "contains-json" => ("json", schema(value, json!({"within": true}))),
        "is-xml" => ("xml", elements(value, json!({}))),
        "contains-xml" => ("xml", elements(value, json!({"within": true}))),
        "is-html" => ("html", json!({})),
        "contains-html" => ("html", json!({"within": true})),
        "is-refusal" => ("refusal", json!({})),
        // promptfoo bounds dollars and milliseconds.
        "cost" => ("money", json!({"most": bound(single)?})),
        "latency" => ("latency", json!({"most": bound(single)? / 1000.0})),
        other => return Err(format!("`{other}` has no counterpart here")),
    };
    Ok(made)
}

fn bound(single: &Single) -> Result<f64, String> {
    single.threshold.ok_or_else(|| "it has no `threshold`, and only measures".to_owned())
}

fn needed(value: Option<Value>) -> Result<Value, String> {
    value.ok_or_else(|| "it has no `value`".to_owned())
}

fn text(value: Option<Value>) -> Result<String, String> {
    match needed(value)? {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(bool) => Ok(bool.to_string()),
        _ => Err("its `value` is not a text".to_owned()),
    }
}

fn texts(value: Option<Value>) -> Result<Vec<String>, String> {
    let texts = match needed(value)? {
        Value::Array(list) => list.into_iter().map(|one| text(Some(one))).collect::<Result<Vec<_>, _>>()?,
        Value::String(list) => list.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect(),
        other => vec![text(Some(other))?],
    };
    if texts.is_empty() { Err("its `value` is empty".to_owned()) } else { Ok(texts) }
}

/// `10`, or `{min, max}`.
fn word_count(value: Value) -> Result<Value, String> {
    let number = match &value {
        Value::String(text) => text.trim().parse::<f64>().ok(),
        other => other.as_f64(),
    };
    match (number, value.get("min").and_then(Value::as_f64), value.get("max").and_then(Value::as_f64)) {
        (Some(exactly), ..) => Ok(json!({"least": exactly, "most": exactly})),
        (None, Some(least), Some(most)) => Ok(json!({"least": least, "most": most})),
        (None, Some(least), None) => Ok(json!({"least": least})),
        (None, None, Some(most)) => Ok(json!({"most": most})),
        _ => Err("its `value` is neither a number nor has `min` or `max`".to_owned()),
    }
}

/// The settings with the schema that a value is; a text of YAML or JSON is one too.
fn schema(value: Option<Value>, mut settings: Value) -> Value {
    let parsed = match value {
        Some(Value::String(text)) => serde_json::from_str(&text).ok(),
        other => other,
    };
    if let Some(schema) = parsed.filter(Value::is_object) {
        settings["schema"] = schema;
    }
    settings
}

fn elements(value: Option<Value>, mut settings: Value) -> Value {
    let list = value.map(|value| value.get("requiredElements").cloned().unwrap_or(value));
    if let Ok(list) = texts(list) {
        settings["elements"] = list.into();
    }
    settings
}

/// `value` with its strings rendered.
pub(super) fn rendered(value: &Value, vars: &Map<String, Value>) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(render(text, vars)?),
        Value::Array(list) => Value::Array(list.iter().map(|one| rendered(one, vars)).collect::<Result<_, _>>()?),
        Value::Object(map) => {
            let inner = map.iter().map(|(key, one)| Ok((key.clone(), rendered(one, vars)?)));
            Value::Object(inner.collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}
