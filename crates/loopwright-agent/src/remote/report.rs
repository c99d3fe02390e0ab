//! What an attached agent may tell beside its answer: the calls of its tools, and its use of models.

use loopwright_core::{Cost, Usage};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::ReportedCall;

/// One call, as agents write it.
#[derive(Deserialize)]
pub(super) struct CallReport {
    tool: String,
    #[serde(default)]
    args: Value,
    #[serde(default, deserialize_with = "text")]
    result: String,
}

/// Tokens, as agents write them; those that pass on what their provider reports need not rename it.
#[derive(Deserialize)]
pub(super) struct UsageReport {
    #[serde(alias = "input_tokens", alias = "prompt_tokens")]
    input: u64,
    #[serde(alias = "output_tokens", alias = "completion_tokens")]
    output: u64,
    #[serde(default, alias = "cached_tokens")]
    cached: u64,
    #[serde(default)]
    reasoning: u64,
}

impl From<CallReport> for ReportedCall {
    fn from(report: CallReport) -> Self {
        Self { tool: report.tool, args: report.args, result: report.result }
    }
}

impl From<UsageReport> for Cost {
    fn from(report: UsageReport) -> Self {
        let usage = Usage::new(report.input, report.cached, report.output, report.reasoning);
        Cost { usage, money: None, energy: None }
    }
}

/// `value` as a text: itself when it is one, else its JSON.
pub(super) fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Value::deserialize(deserializer).map(|value| if value.is_null() { String::new() } else { as_text(&value) })
}
