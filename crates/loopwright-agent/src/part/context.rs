use serde::{Deserialize, Serialize};

/// How many tokens each segment of the context may take (part `context`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContextPart {
    /// Passages of the knowledge; the least relevant go first.
    pub knowledge_tokens: u64,
    /// Earlier messages of the conversation; the oldest go first.
    pub history_tokens: u64,
    /// Each tool result; the end is cut, and the cut is stated.
    pub tool_result_tokens: u64,
    /// Examples; the last go first.
    pub examples_tokens: u64,
}

impl Default for ContextPart {
    fn default() -> Self {
        Self { knowledge_tokens: 4_000, history_tokens: 4_000, tool_result_tokens: 1_500, examples_tokens: 1_500 }
    }
}
