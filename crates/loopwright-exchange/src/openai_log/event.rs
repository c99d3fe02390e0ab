//! A line of a log of OpenAI's evals.

use loopwright_core::{Cost, Message, Role, Usage};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::plain_message::message;

/// The kind of event that says whether an answer is right, and the metric that it becomes.
pub(super) const MATCH: &str = "match";

/// What was run.
#[derive(Debug, Deserialize)]
pub(super) struct Spec {
    pub(super) completion_fns: Vec<String>,
    pub(super) eval_name: String,
    pub(super) run_id: String,
    #[serde(default)]
    pub(super) created_at: Option<String>,
}

/// A line: something that was recorded about a sample, or else the first or the last word about the run.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    #[serde(default)]
    pub(super) spec: Option<Spec>,
    #[serde(default)]
    pub(super) final_report: Option<Value>,
    #[serde(default)]
    pub(super) sample_id: Option<String>,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    data: Value,
    #[serde(default)]
    pub(super) created_at: Option<String>,
}

impl Event {
    /// The metrics that it holds: their names and values, and whether each is true or false.
    pub(super) fn values(&self) -> Vec<(String, f64, bool)> {
        let of = |(name, value): (&str, &Value)| match value {
            Value::Bool(truth) => Some((name.to_owned(), f64::from(*truth), true)),
            Value::Number(number) => Some((name.to_owned(), number.as_f64()?, false)),
            _ => None,
        };
        match (self.kind.as_str(), &self.data) {
            (MATCH, data) => of((MATCH, &data["correct"])).into_iter().collect(),
            ("metrics", Value::Object(values)) => values.iter().filter_map(|(name, value)| of((name, value))).collect(),
            _ => vec![],
        }
    }

    /// What the model was given, where this is a sampling: a text, or a list of messages.
    pub(super) fn asked(&self) -> Option<Vec<Message>> {
        let prompt = self.data.get("prompt").filter(|_| self.kind == "sampling")?;
        let spoken = prompt.as_array().map(|said| said.iter().map(message).collect::<Result<Vec<_>, _>>());
        match (spoken, prompt) {
            (Some(Ok(messages)), _) if !messages.is_empty() => Some(messages),
            (_, Value::String(text)) => Some(vec![Message::text(Role::User, text.as_str())]),
            (_, other) => Some(vec![Message::text(Role::User, other.to_string())]),
        }
    }

    /// What the model said, where this is a sampling. Of several completions the first.
    pub(super) fn sampled(&self) -> Option<String> {
        self.data.get("sampled").filter(|_| self.kind == "sampling").map(first_text)
    }

    /// The answer that was judged, for logs that hold no sampling.
    pub(super) fn judged_text(&self) -> Option<String> {
        self.data.get("sampled").map(first_text)
    }

    /// What would have been right.
    pub(super) fn expected(&self) -> Option<String> {
        self.data.get("expected").filter(|expected| !expected.is_null()).map(first_text)
    }

    /// What went wrong, where this is an error.
    pub(super) fn error(&self) -> Option<String> {
        let message = (self.kind == "error").then(|| self.data.get("message").or(self.data.get("type")));
        message.map(|message| message.map_or_else(|| "an error was recorded".to_owned(), first_text))
    }

    /// What the call used, where that was recorded.
    pub(super) fn cost(&self) -> Option<Cost> {
        let usage: &Map<String, Value> = self.data.get("usage")?.as_object()?;
        let tokens = |name: &str| usage.get(name).and_then(Value::as_u64).unwrap_or(0);
        let usage = Usage::new(tokens("prompt_tokens"), 0, tokens("completion_tokens"), 0);
        Some(Cost { usage, money: None, energy: None })
    }

    /// What was picked and what was expected, where that was recorded.
    pub(super) fn evidence(&self) -> String {
        let part = |name: &str| self.data.get(name).map(|value| format!("{name}: {value}"));
        ["expected", "picked", "choice"].into_iter().filter_map(part).collect::<Vec<_>>().join(", ")
    }
}

fn first_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) if !all.is_empty() => first_text(&all[0]),
        other => other.to_string(),
    }
}
