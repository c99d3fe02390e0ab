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
    },
    /// A server that speaks the OpenAI chat completions protocol.
    Openai {
        /// Up to and including `/v1`.
        base_url: String,
        /// The model, or agent, to name in the request.
        model: String,
    },
    /// A program that answers JSON lines on its standard output.
    Command {
        /// The program and its arguments.
        command: Vec<String>,
    },
}
