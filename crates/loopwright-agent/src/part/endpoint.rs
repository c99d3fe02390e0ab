use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where an attached agent is reached (part `endpoint`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub enum Endpoint {
    /// Any HTTP server that takes and gives JSON.
    Http {
        /// Where to POST.
        url: String,
        /// The body: JSON whose strings are templates over `input`, `messages` and `seed`. A string that is one
        /// expression alone becomes its value.
        request: Value,
        /// JSON Pointer (RFC 6901) to the answer's text in the response.
        answer: String,
        /// What goes with every request.
        #[serde(default, skip_serializing_if = "EndpointCaller::is_empty")]
        caller: EndpointCaller,
    },
    /// A server that speaks the OpenAI chat completions protocol.
    Openai {
        /// Up to and including `/v1`.
        base_url: String,
        /// The model, or agent, to name in the request.
        model: String,
        /// What goes with every request.
        #[serde(default, skip_serializing_if = "EndpointCaller::is_empty")]
        caller: EndpointCaller,
    },
    /// A program that answers JSON lines on its standard output.
    Command {
        /// The program and its arguments.
        command: Vec<String>,
    },
}

/// What goes with every request to an attached agent. Secrets are named, and never held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointCaller {
    /// Headers and their texts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The environment variable that holds the agent's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_variable: Option<String>,
    /// The header that carries the key as it is; `Authorization: Bearer KEY` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_header: Option<String>,
}

impl EndpointCaller {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Endpoint {
    /// The environment variable that holds the agent's key, if it has one.
    pub fn key_variable(&self) -> Option<&str> {
        match self {
            Self::Http { caller, .. } | Self::Openai { caller, .. } => caller.key_variable.as_deref(),
            Self::Command { .. } => None,
        }
    }
}
