//! Anthropic's messages.
//!
//! Source: <https://docs.claude.com/en/api/messages> and <https://docs.claude.com/en/docs/build-with-claude/streaming>.
//! There is no seed. An answer in the form of any JSON object is asked for by a tool that must be called, as the
//! protocol knows only schemas.

mod request;
mod response;
mod stream;

use loopwright_core::{FinishReason, ModelError};

use super::{Answer, Asked, Assembly, Header, Wire, WireRequest};

/// The protocol.
pub(crate) struct Messages;

/// The version of the protocol.
const VERSION: &str = "2023-06-01";

/// The tool that stands for the form of the answer where that is any JSON object.
const ANSWER_TOOL: &str = "json_answer";

/// What signed thoughts are kept under.
const NAME: &str = "anthropic-messages";

impl Wire for Messages {
    fn request(&self, asked: &Asked<'_>) -> Result<WireRequest, ModelError> {
        Ok(WireRequest { path: "/messages".to_owned(), body: request::body(asked)? })
    }

    fn key_header(&self, key: &str) -> Header {
        ("x-api-key", key.to_owned())
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", VERSION)]
    }

    fn parse(&self, body: &[u8]) -> Result<Answer, ModelError> {
        response::parse(body)
    }

    fn assembly(&self) -> Box<dyn Assembly> {
        Box::<stream::Stream>::default()
    }
}

/// The stop reason, in our words where there is one.
fn finish_reason(word: &str) -> FinishReason {
    match word {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "refusal" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_owned()),
    }
}
