//! The protocols: how a request is read, and how an answer is written, whole or in events.

mod chat;
mod messages;
mod responses;

use axum::http::StatusCode;
use loopwright_core::{Cost, Delta, FinishReason, TrialKey};
use serde::Serialize;
use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::telling::Answer;
use crate::wanted::Wanted;

/// A protocol that callers speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// OpenAI's chat completions.
    Chat,
    /// Anthropic's messages.
    Messages,
    /// OpenAI's responses.
    Responses,
}

/// What all of one answer has in common.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// The beginning of the trial's key.
    pub(crate) key: String,
    /// Seconds since the Unix epoch.
    pub(crate) created: u64,
    /// Who answers, as the caller named it.
    pub(crate) model: String,
    /// Which variant answers.
    pub(crate) fingerprint: String,
}

/// Writes an answer while it grows, in the events of one protocol.
///
/// After a failure there is an event with the error and nothing behind it: no finish reason is made up, and nothing says
/// that all is well.
pub(crate) trait Script: Send {
    /// What comes before the answer.
    fn opening(&mut self) -> String;
    /// More of the answer.
    fn delta(&mut self, delta: &Delta) -> String;
    /// The end of an answer that is whole.
    fn closing(&mut self, answer: &Answer, cost: &Cost) -> String;
    /// The end of one that is not.
    fn failure(&mut self, refusal: &Refusal) -> String;
}

impl Protocol {
    /// Which protocol is spoken at `path`.
    pub(crate) fn at(path: &str) -> Self {
        let is_under =
            |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match () {
            () if is_under("/v1/messages") => Self::Messages,
            () if is_under("/v1/responses") => Self::Responses,
            () => Self::Chat,
        }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// With the path of the first fault.
    pub(crate) fn read(self, document: &Value) -> Result<Wanted, Refusal> {
        match self {
            Self::Chat => chat::read(document),
            Self::Messages => messages::read(document),
            Self::Responses => responses::read(document),
        }
    }

    /// An answer as one document.
    pub(crate) fn whole(self, head: &Head, answer: &Answer, cost: &Cost) -> String {
        match self {
            Self::Chat => chat::whole(head, answer, cost.usage),
            Self::Messages => messages::whole(head, answer, cost.usage),
            Self::Responses => responses::whole(head, answer, cost.usage),
        }
    }

    /// The writer of a streamed answer.
    pub(crate) fn script(self, head: Head, reports_usage: bool) -> Box<dyn Script> {
        match self {
            Self::Chat => Box::new(chat::Events::new(head, reports_usage)),
            Self::Messages => Box::new(messages::Events::new(head)),
            Self::Responses => Box::new(responses::Events::new(head)),
        }
    }

    /// A refusal as one document. `request` is the name of the request.
    pub(crate) fn refusal(self, refusal: &Refusal, request: &str) -> Value {
        match self {
            Self::Chat | Self::Responses => openai_error(refusal),
            Self::Messages => messages::error(refusal, Some(request)),
        }
    }
}

impl Head {
    pub(crate) fn new(model: &str, variant: &str, key: &TrialKey, now_ns: u64) -> Self {
        Self {
            key: key.to_string()[..24].to_owned(),
            created: now_ns / 1_000_000_000,
            model: model.to_owned(),
            fingerprint: format!("variant-{variant}"),
        }
    }
}

/// The error object of OpenAI's protocols.
fn openai_error(refusal: &Refusal) -> Value {
    let kind = match refusal.status {
        StatusCode::UNAUTHORIZED => "authentication_error",
        StatusCode::FORBIDDEN => "permission_error",
        StatusCode::TOO_MANY_REQUESTS if refusal.code == "insufficient_quota" => "insufficient_quota",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_client_error() => "invalid_request_error",
        _ => "server_error",
    };
    json!({ "error": { "message": refusal.message, "type": kind, "param": refusal.param, "code": refusal.code } })
}

/// What is said of an end in OpenAI's words; what a provider called otherwise stays as it called it.
fn openai_finish(finish: &FinishReason) -> &str {
    match finish {
        FinishReason::Stop => "stop",
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::Other(reason) => reason,
    }
}

/// These hold text and numbers under fixed names, which always can be JSON.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// An event that has a name.
fn event(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
