//! Answers as the protocol writes them. Unknown fields and items are passed over; what is missing and matters is an
//! error.

use loopwright_core::{FinishReason, ModelError, Usage};
use serde::Deserialize;
use serde_json::Value;

use super::NAME;
use crate::fault;
use crate::http::protocol;
use crate::protocol::answer::CallPiece;
use crate::protocol::{Answer, Draft, Unheard};

#[derive(Debug, Deserialize)]
struct WireResponse {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    incomplete_details: Option<Incomplete>,
    #[serde(default)]
    output: Vec<Value>,
    #[serde(default)]
    usage: Option<WireUsage>,
}

#[derive(Debug, Deserialize)]
struct Incomplete {
    #[serde(default)]
    reason: Option<String>,
}

/// Tokens as reported. Cached and reasoning tokens are parts of the two sums.
#[derive(Debug, Deserialize)]
struct WireUsage {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
    #[serde(default)]
    input_tokens_details: Option<Details>,
    #[serde(default)]
    output_tokens_details: Option<Details>,
}

#[derive(Debug, Default, Deserialize)]
struct Details {
    #[serde(default)]
    cached_tokens: Option<u64>,
    #[serde(default)]
    reasoning_tokens: Option<u64>,
}

impl WireUsage {
    fn tokens(&self) -> Usage {
        let cached = self.input_tokens_details.as_ref().and_then(|details| details.cached_tokens);
        let reasoning = self.output_tokens_details.as_ref().and_then(|details| details.reasoning_tokens);
        Usage::new(self.input_tokens, cached.unwrap_or(0), self.output_tokens, reasoning.unwrap_or(0))
    }
}

/// Reads a whole answer.
pub(super) fn parse(body: &[u8]) -> Result<Answer, ModelError> {
    let wire: WireResponse = serde_json::from_slice(body)
        .map_err(|error| protocol(format!("the answer is not as the protocol says: {error}")))?;
    of_wire(wire)
}

/// Reads the answer that the last event of a stream holds. `items` are those that came before it, for servers that
/// leave them out of it.
pub(super) fn of_value(response: Value, items: Vec<Value>) -> Result<Answer, ModelError> {
    let mut wire: WireResponse = serde_json::from_value(response)
        .map_err(|error| protocol(format!("the answer is not as the protocol says: {error}")))?;
    if wire.output.is_empty() {
        wire.output = items;
    }
    of_wire(wire)
}

fn of_wire(wire: WireResponse) -> Result<Answer, ModelError> {
    if let Some(error) = wire.error.filter(|error| !error.is_null()) {
        return Err(fault::of_object(&error, None, None));
    }
    let reason = wire.incomplete_details.and_then(|details| details.reason);
    let finish = finish_reason(wire.status.as_deref(), reason)?;
    let mut draft = Draft::of(wire.id, wire.model, wire.usage.map(|usage| usage.tokens()));
    for item in wire.output {
        take_item(&mut draft, item)?;
    }
    let calls = finish == FinishReason::Stop && draft.calls() > 0;
    draft.finish(if calls { FinishReason::ToolCalls } else { finish })
}

fn finish_reason(status: Option<&str>, reason: Option<String>) -> Result<FinishReason, ModelError> {
    match (status, reason.as_deref()) {
        (Some("completed"), _) => Ok(FinishReason::Stop),
        (Some("incomplete"), Some("max_output_tokens")) => Ok(FinishReason::Length),
        (Some("incomplete"), Some("content_filter")) => Ok(FinishReason::ContentFilter),
        (Some("incomplete"), Some(other)) => Ok(FinishReason::Other(other.to_owned())),
        (Some(status), _) => Err(protocol(format!("the answer is not complete: its status is `{status}`"))),
        (None, _) => Err(protocol("the answer has no status")),
    }
}

fn take_item(draft: &mut Draft, item: Value) -> Result<(), ModelError> {
    let text = |field: &str| item[field].as_str().map(str::to_owned);
    match item["type"].as_str().unwrap_or_default() {
        "message" => {
            for part in item["content"].as_array().into_iter().flatten() {
                let said = part["text"].as_str().or(part["refusal"].as_str());
                draft.say(said.unwrap_or_default(), &mut Unheard);
            }
        }
        "function_call" => {
            let piece =
                CallPiece { id: text("call_id"), name: text("name"), arguments: text("arguments").unwrap_or_default() };
            draft.grow_call(draft.calls(), piece, &mut Unheard)?;
        }
        "reasoning" => {
            for part in item["summary"].as_array().into_iter().flatten() {
                draft.reason(part["text"].as_str().unwrap_or_default(), &mut Unheard);
            }
            if item["encrypted_content"].is_string() {
                draft.keep(NAME, item);
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use loopwright_core::{ModelErrorKind, Part};
    use serde_json::json;

    use super::*;

    fn read(status: &str, rest: Value) -> Result<Answer, ModelError> {
        let mut body = json!({"id": "resp_1", "model": "gpt-5-mini-2025-08-07", "status": status, "error": null});
        let Value::Object(rest) = rest else { panic!() };
        body.as_object_mut().unwrap().extend(rest);
        parse(body.to_string().as_bytes())
    }

    #[test]
    fn items_and_tokens() {
        let sealed = json!({"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA",
            "summary": [{"type": "summary_text", "text": "Hm."}]});
        let call =
            |id: &str| json!({"type": "function_call", "id": "fc_1", "call_id": id, "name": "get", "arguments": "{}"});
        let said = json!({"type": "message", "role": "assistant", "content": [
            {"type": "output_text", "text": "Let me look.", "annotations": []}]});
        let usage = json!({"input_tokens": 100, "input_tokens_details": {"cached_tokens": 64}, "output_tokens": 30,
            "output_tokens_details": {"reasoning_tokens": 20}, "total_tokens": 130});
        let output = json!([sealed, said, call("a"), call("b"), {"type": "web_search_call"}]);
        let answer = read("completed", json!({"output": output, "usage": usage})).unwrap();
        let message = &answer.response.message;
        assert_eq!(message.content[0], Part::Opaque { protocol: NAME.into(), value: sealed });
        assert_eq!(message.content[1], Part::Reasoning { text: "Hm.".into() });
        assert_eq!((message.plain_text().as_str(), message.tool_calls[1].id.as_str()), ("Let me look.", "b"));
        assert_eq!(answer.response.finish, FinishReason::ToolCalls);
        assert_eq!(answer.usage, Some(Usage::new(100, 64, 30, 20)));
    }

    #[test]
    fn how_an_answer_ends() {
        let cut = |reason: &str| json!({"output": [], "incomplete_details": {"reason": reason}});
        let finish = |status: &str, rest: Value| read(status, rest).unwrap().response.finish;
        assert_eq!(finish("incomplete", cut("max_output_tokens")), FinishReason::Length);
        assert_eq!(finish("incomplete", cut("content_filter")), FinishReason::ContentFilter);
        assert_eq!(finish("completed", json!({})), FinishReason::Stop);
        assert_eq!(read("in_progress", json!({})).unwrap_err().kind, ModelErrorKind::Protocol);
        let failed = json!({"error": {"code": "rate_limit_exceeded", "message": "Slow down."}});
        assert_eq!(read("failed", failed).unwrap_err().kind, ModelErrorKind::RateLimited { retry_after: None });
        assert_eq!(parse(b"{}").unwrap_err().kind, ModelErrorKind::Protocol);
    }
}
