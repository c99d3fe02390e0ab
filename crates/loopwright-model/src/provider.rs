//! Providers, how they are spoken to, and in what they differ.

use crate::Protocol;

/// One provider.
#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    /// What stands before the colon of a reference.
    pub name: &'static str,
    /// Where its API begins; `None` when a reference must say so after `@`.
    pub base_url: Option<&'static str>,
    /// The environment variable that holds its key, by custom. Read by the binary, never here.
    pub key_variable: Option<&'static str>,
    /// Whether it answers nothing without a key.
    pub needs_key: bool,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Whose names of models the price table lists its models under.
    pub price_list: &'static str,
    /// In what it differs.
    pub quirks: Quirks,
}

/// How a provider differs from the others in the requests it takes, of those that speak chat completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quirks {
    /// The field that bounds the output.
    pub output_limit: OutputLimitField,
    /// The field that takes a seed, where there is one.
    pub seed: Option<&'static str>,
    /// Whether a stream must be asked to report its usage (`stream_options`).
    pub asks_stream_usage: bool,
}

/// The name of the field that bounds the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputLimitField {
    /// `max_completion_tokens`, hidden reasoning included.
    MaxCompletionTokens,
    /// `max_tokens`.
    MaxTokens,
}

const COMMON: Quirks =
    Quirks { output_limit: OutputLimitField::MaxTokens, seed: Some("seed"), asks_stream_usage: true };

/// The providers that are known by name. `compatible` is any other server that speaks OpenAI's chat completions, Azure's
/// included (`compatible:DEPLOYMENT@https://RESOURCE.openai.azure.com/openai/v1`). Ollama, vLLM and llama.cpp are
/// spoken to by the same protocol, which carries all that they can do but the length of the window.
///
/// Sources: each provider's API reference.
pub static PROVIDERS: [Provider; 13] = [
    Provider {
        name: "openai",
        base_url: Some("https://api.openai.com/v1"),
        key_variable: Some("OPENAI_API_KEY"),
        needs_key: true,
        protocol: Protocol::ChatCompletions,
        price_list: "openai",
        quirks: Quirks { output_limit: OutputLimitField::MaxCompletionTokens, ..COMMON },
    },
    Provider {
        name: "openai-responses",
        base_url: Some("https://api.openai.com/v1"),
        key_variable: Some("OPENAI_API_KEY"),
        needs_key: true,
        protocol: Protocol::Responses,
        price_list: "openai",
        quirks: COMMON,
    },
    Provider {
        name: "anthropic",
        base_url: Some("https://api.anthropic.com/v1"),
        key_variable: Some("ANTHROPIC_API_KEY"),
        needs_key: true,
        protocol: Protocol::Messages,
        price_list: "anthropic",
        quirks: COMMON,
    },
    Provider {
        name: "gemini",
        base_url: Some("https://generativelanguage.googleapis.com/v1beta"),
        key_variable: Some("GEMINI_API_KEY"),
        needs_key: true,
        protocol: Protocol::GenerateContent,
        price_list: "gemini",
        quirks: COMMON,
    },
    Provider {
        name: "openrouter",
        base_url: Some("https://openrouter.ai/api/v1"),
        key_variable: Some("OPENROUTER_API_KEY"),
        needs_key: true,
        protocol: Protocol::ChatCompletions,
        price_list: "openrouter",
        quirks: COMMON,
    },
    Provider {
        name: "groq",
        base_url: Some("https://api.groq.com/openai/v1"),
        key_variable: Some("GROQ_API_KEY"),
        needs_key: true,
        protocol: Protocol::ChatCompletions,
        price_list: "groq",
        quirks: Quirks { output_limit: OutputLimitField::MaxCompletionTokens, ..COMMON },
    },
    Provider {
        name: "mistral",
        base_url: Some("https://api.mistral.ai/v1"),
        key_variable: Some("MISTRAL_API_KEY"),
        needs_key: true,
        protocol: Protocol::ChatCompletions,
        price_list: "mistral",
        // Refuses unknown fields, and reports usage in its last chunk unasked.
        quirks: Quirks { seed: Some("random_seed"), asks_stream_usage: false, ..COMMON },
    },
    Provider {
        name: "deepseek",
        base_url: Some("https://api.deepseek.com/v1"),
        key_variable: Some("DEEPSEEK_API_KEY"),
        needs_key: true,
        protocol: Protocol::ChatCompletions,
        price_list: "deepseek",
        quirks: Quirks { seed: None, ..COMMON },
    },
    Provider {
        name: "ollama",
        base_url: Some("http://localhost:11434/v1"),
        key_variable: None,
        needs_key: false,
        protocol: Protocol::ChatCompletions,
        price_list: "ollama",
        quirks: COMMON,
    },
    Provider {
        name: "vllm",
        base_url: Some("http://localhost:8000/v1"),
        key_variable: Some("VLLM_API_KEY"),
        needs_key: false,
        protocol: Protocol::ChatCompletions,
        price_list: "vllm",
        quirks: COMMON,
    },
    Provider {
        name: "llamacpp",
        base_url: Some("http://localhost:8080/v1"),
        key_variable: None,
        needs_key: false,
        protocol: Protocol::ChatCompletions,
        price_list: "llamacpp",
        quirks: COMMON,
    },
    Provider {
        name: "lmstudio",
        base_url: Some("http://localhost:1234/v1"),
        key_variable: None,
        needs_key: false,
        protocol: Protocol::ChatCompletions,
        price_list: "lmstudio",
        quirks: COMMON,
    },
    Provider {
        name: "compatible",
        base_url: None,
        key_variable: Some("LOOPWRIGHT_COMPATIBLE_KEY"),
        needs_key: false,
        protocol: Protocol::ChatCompletions,
        price_list: "compatible",
        quirks: COMMON,
    },
];

impl Provider {
    /// The provider called `name`.
    pub fn named(name: &str) -> Option<&'static Provider> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_make_sense() {
        for provider in &PROVIDERS {
            assert_eq!(Provider::named(provider.name), Some(provider));
            assert!(!provider.needs_key || provider.key_variable.is_some(), "{}", provider.name);
            if let Some(base) = provider.base_url {
                let url = url::Url::parse(base).unwrap();
                assert!(url.scheme() == "https" || url.host_str() == Some("localhost"), "{base}");
                assert!(!base.ends_with('/'), "{base}");
            }
        }
    }
}
