//! OpenAI's responses.
//!
//! Source: OpenAI's API reference, "Responses" and "Streaming events".

mod body;
mod events;

use loopwright_core::{FinishReason, ToolCall, Usage};
use serde_json::{Value, json};

pub(super) use body::read;
pub(super) use events::Events;

use super::Head;
use crate::telling::Answer;

/// The answer as one document.
pub(super) fn whole(head: &Head, answer: &Answer, usage: Usage) -> String {
    let text = (!answer.text.is_empty() || answer.calls.is_empty()).then_some(answer.text.as_str());
    let message = text.map(|text| said(&item_id("msg", head, 0), "completed", Some(text)));
    let offset = usize::from(message.is_some());
    let calls = answer.calls.iter().enumerate();
    let calls = calls.map(|(index, call)| called(&item_id("fc", head, offset + index), "completed", call));
    let output = message.into_iter().chain(calls).collect();
    ended(head, answer, output, usage).to_string()
}

/// The answer that has ended, with what came out.
fn ended(head: &Head, answer: &Answer, output: Vec<Value>, usage: Usage) -> Value {
    let reason = match &answer.finish {
        FinishReason::Length => Some("max_output_tokens"),
        FinishReason::ContentFilter => Some("content_filter"),
        _ => None,
    };
    let mut response = response(head, if reason.is_some() { "incomplete" } else { "completed" }, output);
    response["incomplete_details"] = reason.map_or(Value::Null, |reason| json!({ "reason": reason }));
    response["usage"] = usage_report(usage);
    response
}

/// The response as far as it is.
fn response(head: &Head, status: &str, output: Vec<Value>) -> Value {
    json!({
        "id": format!("resp_{}", head.key),
        "object": "response",
        "created_at": head.created,
        "status": status,
        "background": false,
        "error": null,
        "incomplete_details": null,
        "instructions": null,
        "metadata": {},
        "model": head.model,
        "output": output,
        "parallel_tool_calls": true,
        "previous_response_id": null,
        "store": false,
        "temperature": null,
        "text": { "format": { "type": "text" } },
        "tool_choice": "auto",
        "tools": [],
        "top_p": null,
        "usage": null,
    })
}

/// The name of the `number`-th item of an answer.
fn item_id(kind: &str, head: &Head, number: usize) -> String {
    format!("{kind}_{}{number:02}", head.key)
}

/// The words of an answer; one that has just begun has none.
fn said(id: &str, status: &str, text: Option<&str>) -> Value {
    let content: Vec<Value> = text.map(output_text).into_iter().collect();
    json!({ "id": id, "type": "message", "status": status, "role": "assistant", "content": content })
}

fn output_text(text: &str) -> Value {
    json!({ "type": "output_text", "annotations": [], "logprobs": [], "text": text })
}

fn called(id: &str, status: &str, call: &ToolCall) -> Value {
    let ToolCall { id: call_id, name, arguments } = call;
    json!({ "id": id, "type": "function_call", "status": status, "call_id": call_id, "name": name, "arguments": arguments })
}

fn usage_report(usage: Usage) -> Value {
    json!({
        "input_tokens": usage.input(),
        "input_tokens_details": { "cached_tokens": usage.cached() },
        "output_tokens": usage.output(),
        "output_tokens_details": { "reasoning_tokens": usage.reasoning() },
        "total_tokens": usage.total(),
    })
}
