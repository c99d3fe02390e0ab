//! A line of the samples: a document of the task with what the model made of it.

use std::collections::BTreeMap;

use loopwright_core::{Message, Role};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::plain_message::message;

/// The filter of tasks without one.
pub(super) const NO_FILTER: &str = "none";

/// What stands in a line beside the metrics; lines of older versions do not say which those are.
const NO_METRICS: [&str; 12] = [
    "doc_id",
    "doc",
    "target",
    "arguments",
    "resps",
    "filtered_resps",
    "filter",
    "metrics",
    "doc_hash",
    "prompt_hash",
    "target_hash",
    "task_name",
];

#[derive(Debug)]
pub(super) struct Document {
    pub(super) doc_id: u64,
    fields: Map<String, Value>,
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let fields = Map::deserialize(deserializer)?;
        let doc_id = fields.get("doc_id").ok_or_else(|| D::Error::missing_field("doc_id"))?;
        let doc_id = doc_id.as_u64().ok_or_else(|| D::Error::custom("`doc_id` is not a number from 0"))?;
        if !fields.contains_key("resps") {
            return Err(D::Error::missing_field("resps"));
        }
        Ok(Self { doc_id, fields })
    }
}

impl Document {
    /// What its answers went through before they were scored.
    pub(super) fn filter(&self) -> &str {
        self.fields.get("filter").and_then(Value::as_str).unwrap_or(NO_FILTER)
    }

    /// The names of its metrics.
    pub(super) fn metrics(&self) -> Vec<String> {
        if let Some(named) = self.fields.get("metrics").and_then(Value::as_array) {
            return named.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        }
        let others = self.fields.iter().filter(|(name, _)| !NO_METRICS.contains(&name.as_str()));
        others.filter(|(_, value)| value.is_number() || value.is_boolean()).map(|(name, _)| name.clone()).collect()
    }

    /// The number of `metric`.
    pub(super) fn value(&self, metric: &str) -> Option<f64> {
        match self.fields.get(metric)? {
            Value::Bool(truth) => Some(f64::from(*truth)),
            value => value.as_f64(),
        }
    }

    /// What was right, where it is a text or a number.
    pub(super) fn target(&self) -> Option<String> {
        match self.fields.get("target")? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// What the model was given: a text, or a conversation, which stands there as a text of JSON.
    pub(super) fn asked(&self) -> Vec<Message> {
        let prompt = self.arguments().first().and_then(|arguments| arguments.first().copied());
        let text = match prompt {
            Some(Value::Array(wrapped)) if wrapped.len() == 1 => wrapped[0].as_str().map(str::to_owned),
            Some(Value::String(text)) => Some(text.clone()),
            other => other.map(Value::to_string),
        };
        let text = text.unwrap_or_else(|| self.fields.get("doc").map(Value::to_string).unwrap_or_default());
        let said: Option<Vec<Value>> = serde_json::from_str(&text).ok();
        let said = said.map(|said| said.iter().map(message).collect::<Result<Vec<_>, _>>());
        match said {
            Some(Ok(messages)) if !messages.is_empty() => messages,
            _ => vec![Message::text(Role::User, text)],
        }
    }

    /// What the model said, before any filter; where it chose by likelihood, the likeliest continuation.
    pub(super) fn answer(&self) -> String {
        let first = self.fields.get("resps").and_then(|resps| resps.get(0)).map(innermost);
        match (first, self.likeliest()) {
            (_, Some(chosen)) => chosen,
            (Some(Value::String(text)), None) => text.clone(),
            (other, None) => other.map(Value::to_string).unwrap_or_default(),
        }
    }

    /// What was scored.
    pub(super) fn filtered(&self) -> String {
        match self.fields.get("filtered_resps").and_then(|resps| resps.get(0)).map(innermost) {
            Some(Value::String(text)) => text.clone(),
            _ => String::new(),
        }
    }

    /// The arguments of each request: `[[context, continuation], …]`, or the same in objects with numbered keys.
    fn arguments(&self) -> Vec<Vec<&Value>> {
        match self.fields.get("arguments") {
            Some(Value::Array(requests)) => {
                requests.iter().map(|request| request.as_array().into_iter().flatten().collect()).collect()
            }
            Some(Value::Object(requests)) => {
                let numbered: BTreeMap<u64, &Value> =
                    requests.iter().filter_map(|(name, request)| Some((number_of(name)?, request))).collect();
                numbered.into_values().map(in_order).collect()
            }
            _ => vec![],
        }
    }

    fn likeliest(&self) -> Option<String> {
        let likelihood = |response: &Value| match response.as_array()?.first()? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let responses = self.fields.get("filtered_resps")?.as_array()?;
        let likelihoods: Vec<f64> = responses.iter().map(likelihood).collect::<Option<_>>()?;
        let arguments = self.arguments();
        if likelihoods.len() < 2 || arguments.len() < likelihoods.len() {
            return None;
        }
        let (best, _) = likelihoods.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        Some(arguments[best].get(1)?.as_str()?.trim().to_owned())
    }
}

/// The number at the end of `gen_args_10`.
fn number_of(name: &str) -> Option<u64> {
    name.rsplit('_').next()?.parse().ok()
}

/// The first two arguments of a request.
fn in_order(request: &Value) -> Vec<&Value> {
    ["arg_0", "arg_1"].iter().filter_map(|name| request.get(name)).collect()
}

/// The first value that is no list: answers stand in as many lists as there were repetitions.
fn innermost(value: &Value) -> &Value {
    match value.as_array().and_then(|all| all.first()) {
        Some(first) => innermost(first),
        None => value,
    }
}
