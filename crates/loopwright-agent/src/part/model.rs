use serde::{Deserialize, Serialize};

/// Which model answers, and how it is asked (part `model`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelPart {
    /// The reference, such as `standin:small` or `openai:gpt-5-mini`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Sampling temperature; `null` is the model's default.
    #[serde(default)]
    pub temperature: Option<f64>,
    /// Upper bound on output tokens of one call.
    #[serde(default)]
    pub max_output_tokens: Option<u64>,
    /// Samples a step, from 1 to 15: the most frequent one is taken, the first of equals.
    #[serde(default = "one")]
    pub votes: u32,
}

fn one() -> u32 {
    1
}

impl Default for ModelPart {
    fn default() -> Self {
        Self { reference: "standin:small".to_owned(), temperature: None, max_output_tokens: None, votes: 1 }
    }
}
