//! Anthropic's messages.
//!
//! Source: Anthropic's API reference, "Messages", "Streaming messages" and "Errors".

mod body;
mod events;

use axum::http::StatusCode;
use loopwright_core::{FinishReason, ToolCall, Usage};
use serde_json::{Map, Value, json};

pub(super) use body::read;
pub(super) use events::Events;

use super::Head;
use crate::refusal::Refusal;
use crate::telling::Answer;

/// The answer as one document.
pub(super) fn whole(head: &Head, answer: &Answer, usage: Usage) -> String {
    let text = (!answer.text.is_empty()).then(|| json!({ "type": "text", "text": answer.text }));
    let content: Vec<Value> = text.into_iter().chain(answer.calls.iter().map(tool_use)).collect();
    let mut message = message(head, usage);
    message["content"] = Value::Array(content);
    message["stop_reason"] = json!(stop_reason(&answer.finish));
    message.to_string()
}

/// A message that nothing has been said in yet.
fn message(head: &Head, usage: Usage) -> Value {
    json!({
        "id": format!("msg_{}", head.key),
        "type": "message",
        "role": "assistant",
        "model": head.model,
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": usage_report(usage),
    })
}

fn tool_use(call: &ToolCall) -> Value {
    // Arguments that are broken have no place in this protocol, which has an object there.
    let input = serde_json::from_str(&call.arguments).unwrap_or_else(|_| Value::Object(Map::new()));
    json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": input })
}

/// Here, unlike anywhere else, tokens that were read from a cache are not part of the input.
fn usage_report(usage: Usage) -> Value {
    json!({
        "input_tokens": usage.input() - usage.cached(),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached(),
        "output_tokens": usage.output(),
    })
}

fn stop_reason(finish: &FinishReason) -> &str {
    match finish {
        FinishReason::Stop => "end_turn",
        FinishReason::Length => "max_tokens",
        FinishReason::ToolCalls => "tool_use",
        FinishReason::ContentFilter => "refusal",
        FinishReason::Other(reason) => reason,
    }
}

/// A refusal as the protocol has it. `request` is the name of the request, where it is to be told.
pub(super) fn error(refusal: &Refusal, request: Option<&str>) -> Value {
    let kind = match refusal.status {
        StatusCode::UNAUTHORIZED => "authentication_error",
        StatusCode::FORBIDDEN => "permission_error",
        StatusCode::NOT_FOUND => "not_found_error",
        StatusCode::PAYLOAD_TOO_LARGE => "request_too_large",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        StatusCode::SERVICE_UNAVAILABLE => "overloaded_error",
        StatusCode::GATEWAY_TIMEOUT => "timeout_error",
        status if status.is_client_error() => "invalid_request_error",
        _ => "api_error",
    };
    let mut error = json!({ "type": "error", "error": { "type": kind, "message": refusal.message } });
    if let Some(request) = request {
        error["request_id"] = json!(request);
    }
    error
}
