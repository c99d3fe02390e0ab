use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A worked example shown to the model (part `examples`, a list).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What a user said.
    pub user: String,
    /// The calls that were right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<ExampleCall>,
    /// The answer that was right; empty when only the calls matter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
}

/// One call of an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleCall {
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub args: Value,
}

impl Example {
    /// The example as it stands in the system message.
    pub fn render(&self) -> String {
        let mut lines = vec![format!("User: {}", self.user)];
        lines.extend(self.calls.iter().map(|call| format!("Call: {} {}", call.tool, call.args)));
        if !self.answer.is_empty() {
            lines.push(format!("Answer: {}", self.answer));
        }
        lines.join("\n")
    }
}
