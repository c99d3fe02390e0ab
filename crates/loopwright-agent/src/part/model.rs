use loopwright_model::ModelRef;
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

impl ModelPart {
    /// The model's name at its provider: what a request carries. The whole reference, where it is of no known form.
    pub fn name(&self) -> String {
        let parsed: Result<ModelRef, _> = self.reference.parse();
        parsed.map_or_else(|_| self.reference.clone(), |reference| reference.model().to_owned())
    }
}

fn one() -> u32 {
    1
}

impl Default for ModelPart {
    fn default() -> Self {
        Self { reference: "standin:small".to_owned(), temperature: None, max_output_tokens: None, votes: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_no_part_of_the_name() {
        let named = |reference: &str| ModelPart { reference: reference.to_owned(), ..ModelPart::default() }.name();
        assert_eq!(named("standin:small"), "small");
        assert_eq!(named("compatible:my-model@http://localhost:9000/v1"), "my-model");
        assert_eq!(named("scripted"), "scripted");
    }
}
