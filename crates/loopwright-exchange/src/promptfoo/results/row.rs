//! One result: a test with one combination of its variables, asked of one provider with one prompt.

use std::collections::BTreeMap;

use loopwright_core::canonical_json;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    /// Which prompt with which provider.
    pub(super) prompt_idx: u64,
    /// Which test. Each repetition of a test has a number of its own.
    pub(super) test_idx: u64,
    pub(super) provider: Provider,
    pub(super) prompt: Prompt,
    #[serde(default)]
    pub(super) response: Option<Response>,
    pub(super) test_case: TestCase,
    pub(super) success: bool,
    #[serde(default)]
    pub(super) score: Option<f64>,
    #[serde(default)]
    pub(super) named_scores: Option<BTreeMap<String, Option<f64>>>,
    #[serde(default)]
    pub(super) grading_result: Option<Grading>,
    #[serde(default)]
    error: Option<String>,
    /// 0 for none, 1 for an assert, 2 for an error.
    #[serde(default)]
    failure_reason: Option<u8>,
    #[serde(default)]
    latency_ms: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Provider {
    pub(super) id: String,
    #[serde(default)]
    label: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Prompt {
    /// Rendered.
    pub(super) raw: String,
    #[serde(default)]
    pub(super) label: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Response {
    /// A text, or any value of JSON.
    #[serde(default)]
    pub(super) output: Value,
    #[serde(default)]
    pub(super) token_usage: Option<TokenUsage>,
    /// US dollars.
    #[serde(default)]
    pub(super) cost: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenUsage {
    #[serde(default)]
    pub(super) prompt: Option<u64>,
    #[serde(default)]
    pub(super) completion: Option<u64>,
    #[serde(default)]
    pub(super) completion_details: Option<Details>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Details {
    #[serde(default)]
    pub(super) reasoning: Option<u64>,
    #[serde(default)]
    pub(super) cache_read_input_tokens: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TestCase {
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) vars: Option<Map<String, Value>>,
    #[serde(default)]
    assert: Value,
    #[serde(default)]
    threshold: Value,
    #[serde(default)]
    pub(super) metadata: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Grading {
    #[serde(default)]
    pub(super) reason: Option<String>,
}

impl Row {
    /// What went wrong outside the agent, in one line: the traces of promptfoo's own code that follow say nothing.
    pub(super) fn fault(&self) -> Option<&str> {
        let is_error = self.failure_reason.map_or(self.grading_result.is_none(), |reason| reason == 2);
        let error = self.error.as_deref().filter(|_| is_error)?;
        Some(error.lines().next().unwrap_or_default())
    }

    /// How long the provider took, in nanoseconds.
    pub(super) fn took_ns(&self) -> u64 {
        self.latency_ms.map_or(0, |latency| (latency * 1e6) as u64)
    }

    /// The number of the metric `name` of the test's asserts.
    pub(super) fn named(&self, name: &str) -> Option<f64> {
        self.named_scores.as_ref()?.get(name).copied().flatten()
    }
}

impl Provider {
    pub(super) fn name(&self) -> &str {
        self.label.as_deref().filter(|label| !label.is_empty()).unwrap_or(&self.id)
    }
}

impl TestCase {
    /// What tells the test from others. Repetitions carry no mark but that they are alike.
    pub(super) fn identity(&self) -> String {
        canonical_json(&json!([self.description, self.vars, self.assert, self.threshold]))
    }

    /// What is asked: the variables, or nothing where a prompt has none.
    pub(super) fn asked(&self) -> Option<String> {
        let vars = self.vars.as_ref().filter(|vars| !vars.is_empty())?;
        match vars.values().next() {
            Some(only) if vars.len() == 1 => Some(text(only)),
            _ => Some(vars.iter().map(|(name, value)| format!("{name}: {}\n", text(value))).collect()),
        }
    }
}

/// A text as it is, and any other value as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
