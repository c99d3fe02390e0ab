//! Answers as the protocol writes them. Unknown fields and blocks are passed over; what is missing and matters is an
//! error.

use loopwright_core::{FinishReason, ModelError, Usage};
use serde::Deserialize;
use serde_json::Value;

use super::{ANSWER_TOOL, NAME, finish_reason};
use crate::fault;
use crate::http::protocol;
use crate::protocol::answer::CallPiece;
use crate::protocol::{Answer, Draft, Unheard};

/// A whole message, or in a stream the beginning of one.
#[derive(Debug, Deserialize)]
pub(super) struct WireMessage {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) model: Option<String>,
    #[serde(default)]
    content: Vec<Value>,
    #[serde(default)]
    stop_reason: Option<String>,
    #[serde(default)]
    pub(super) usage: Option<WireUsage>,
    #[serde(default)]
    error: Option<Value>,
}

/// Tokens as reported. Those read from the cache and those written to it stand beside the input, not within it.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
pub(super) struct WireUsage {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    cache_read_input_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
    #[serde(default)]
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
struct OutputDetails {
    #[serde(default)]
    thinking_tokens: Option<u64>,
}

impl WireUsage {
    /// What `later` reports, and this where it says nothing: reports of a stream are totals so far.
    pub(super) fn updated(self, later: Self) -> Self {
        Self {
            input_tokens: later.input_tokens.or(self.input_tokens),
            cache_read_input_tokens: later.cache_read_input_tokens.or(self.cache_read_input_tokens),
            cache_creation_input_tokens: later.cache_creation_input_tokens.or(self.cache_creation_input_tokens),
            output_tokens: later.output_tokens.or(self.output_tokens),
            output_tokens_details: later.output_tokens_details.or(self.output_tokens_details),
        }
    }

    /// The tokens, by the subset rule.
    pub(super) fn tokens(&self) -> Usage {
        let (read, written) =
            (self.cache_read_input_tokens.unwrap_or(0), self.cache_creation_input_tokens.unwrap_or(0));
        let input = self.input_tokens.unwrap_or(0).saturating_add(read).saturating_add(written);
        let reasoning = self.output_tokens_details.and_then(|details| details.thinking_tokens).unwrap_or(0);
        Usage::new(input, read, self.output_tokens.unwrap_or(0), reasoning).with_cache_written(written)
    }
}

/// Reads a whole answer.
pub(super) fn parse(body: &[u8]) -> Result<Answer, ModelError> {
    let wire: WireMessage = serde_json::from_slice(body)
        .map_err(|error| protocol(format!("the answer is not as the protocol says: {error}")))?;
    if let Some(error) = wire.error.filter(|error| !error.is_null()) {
        return Err(fault::of_object(&error, None, None));
    }
    let stop = wire.stop_reason.ok_or_else(|| protocol("the answer has no stop reason"))?;
    let mut draft = Draft::of(wire.id, wire.model, wire.usage.map(|usage| usage.tokens()));
    let mut finish = finish_reason(&stop);
    for block in wire.content {
        if is_form(&block) {
            finish = form_finish(finish);
        }
        take_block(&mut draft, block)?;
    }
    draft.finish(finish)
}

/// Whether a block is the answer in the form of a JSON object, and no call of a tool.
pub(super) fn is_form(block: &Value) -> bool {
    block["type"] == "tool_use" && block["name"] == ANSWER_TOOL
}

/// The finish reason of an answer that came by the tool for its form.
pub(super) fn form_finish(finish: FinishReason) -> FinishReason {
    if finish == FinishReason::ToolCalls { FinishReason::Stop } else { finish }
}

fn take_block(draft: &mut Draft, block: Value) -> Result<(), ModelError> {
    let text = |field: &str| block[field].as_str().unwrap_or_default();
    match text("type") {
        "text" => draft.say(text("text"), &mut Unheard),
        "tool_use" if is_form(&block) => draft.say(&block["input"].to_string(), &mut Unheard),
        "tool_use" => {
            let (id, name) = (Some(text("id").to_owned()), Some(text("name").to_owned()));
            let piece = CallPiece { id, name, arguments: block["input"].to_string() };
            draft.grow_call(draft.calls(), piece, &mut Unheard)?;
        }
        "thinking" | "redacted_thinking" => {
            draft.reason(text("thinking"), &mut Unheard);
            draft.keep(NAME, block);
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

    #[test]
    fn blocks_and_tokens() {
        let body = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
                {"type": "text", "text": "Let me look."},
                {"type": "tool_use", "id": "toolu_1", "name": "get", "input": {"id": "A-1"}},
                {"type": "tool_use", "id": "toolu_2", "name": "get", "input": {}},
                {"type": "something_new"}],
            "stop_reason": "tool_use", "stop_sequence": null,
            "usage": {"input_tokens": 10, "cache_creation_input_tokens": 30, "cache_read_input_tokens": 60,
                "output_tokens": 20, "service_tier": "standard"}});
        let answer = parse(body.to_string().as_bytes()).unwrap();
        let message = &answer.response.message;
        assert_eq!((message.plain_text().as_str(), message.tool_calls.len()), ("Let me look.", 2));
        assert_eq!(message.tool_calls[0].arguments, r#"{"id":"A-1"}"#);
        assert_eq!(message.content[0], Part::Opaque { protocol: NAME.into(), value: body["content"][0].clone() });
        assert_eq!(message.content[1], Part::Reasoning { text: "Hm.".into() });
        assert_eq!(answer.response.finish, FinishReason::ToolCalls);
        assert_eq!(answer.usage, Some(Usage::new(100, 60, 20, 0).with_cache_written(30)));
    }

    #[test]
    fn a_json_object_is_an_answer_and_no_call() {
        let body = json!({"content": [{"type": "tool_use", "id": "t", "name": ANSWER_TOOL, "input": {"a": 1}}],
            "stop_reason": "tool_use"});
        let response = parse(body.to_string().as_bytes()).unwrap().response;
        assert_eq!((response.message.plain_text().as_str(), response.finish), (r#"{"a":1}"#, FinishReason::Stop));
        assert!(response.message.tool_calls.is_empty());
    }

    #[test]
    fn what_is_missing_is_never_invented() {
        let kind = |body: &str| parse(body.as_bytes()).unwrap_err().kind;
        assert_eq!(kind(r#"{"content":[{"type":"text","text":"a"}],"stop_reason":null}"#), ModelErrorKind::Protocol);
        assert_eq!(kind(r#"{"content":[{"type":"te"#), ModelErrorKind::Protocol);
        assert_eq!(kind(r#"{"content":[],"stop_reason":"tool_use"}"#), ModelErrorKind::Protocol);
        let told = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
        assert_eq!(kind(told), ModelErrorKind::Overloaded { retry_after: None });
    }
}
