//! Answers as the protocol writes them. Unknown fields are passed over; what is missing and matters is an error.

use loopwright_core::{FinishReason, ModelError, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::fault;
use crate::http::protocol;
use crate::protocol::answer::CallPiece;
use crate::protocol::{Answer, Draft, Unheard};

#[derive(Debug, Deserialize)]
struct WireAnswer {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    choices: Vec<WireChoice>,
    #[serde(default)]
    usage: Option<WireUsage>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct WireChoice {
    message: WireMessage,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireMessage {
    #[serde(default)]
    content: Option<Value>,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default)]
    reasoning_content: Option<String>,
    #[serde(default)]
    reasoning: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<WireToolCall>>,
}

/// A tool call, or in a stream a piece of one.
#[derive(Debug, Deserialize)]
pub(crate) struct WireToolCall {
    #[serde(default)]
    pub(crate) index: Option<usize>,
    #[serde(default)]
    pub(crate) id: Option<String>,
    #[serde(default)]
    function: WireFunction,
}

/// The function of a call.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct WireFunction {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    arguments: Option<Value>,
}

impl WireToolCall {
    /// The call, or the piece of one, apart from its place.
    pub(crate) fn into_piece(self) -> CallPiece {
        CallPiece { id: self.id, name: self.function.name, arguments: arguments(self.function.arguments) }
    }
}

/// Tokens as reported. Cached and reasoning tokens are parts of the two sums.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct WireUsage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
    #[serde(default)]
    prompt_tokens_details: Option<PromptDetails>,
    #[serde(default)]
    completion_tokens_details: Option<CompletionDetails>,
}

#[derive(Debug, Default, Deserialize)]
struct PromptDetails {
    #[serde(default)]
    cached_tokens: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
struct CompletionDetails {
    #[serde(default)]
    reasoning_tokens: Option<u64>,
}

impl WireUsage {
    /// The tokens, by the subset rule.
    pub(crate) fn tokens(&self) -> Usage {
        let cached = self.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens);
        let reasoning = self.completion_tokens_details.as_ref().and_then(|details| details.reasoning_tokens);
        Usage::new(self.prompt_tokens, cached.unwrap_or(0), self.completion_tokens, reasoning.unwrap_or(0))
    }
}

/// Reads a whole answer.
pub(crate) fn parse(body: &[u8]) -> Result<Answer, ModelError> {
    let wire: WireAnswer = serde_json::from_slice(body)
        .map_err(|error| protocol(format!("the answer is not as the protocol says: {error}")))?;
    if let Some(error) = wire.error.filter(|error| !error.is_null()) {
        return Err(fault::of_object(&error, None, None));
    }
    let choice = wire.choices.into_iter().next().ok_or_else(|| protocol("the answer holds no choice"))?;
    let finish = choice.finish_reason.ok_or_else(|| protocol("the answer has no finish reason"))?;
    let message = choice.message;
    let mut draft = Draft::of(wire.id, wire.model, wire.usage.map(|usage| usage.tokens()));
    draft.reason(&message.reasoning_content.or(message.reasoning).unwrap_or_default(), &mut Unheard);
    let said = message.content.map(text).filter(|text| !text.is_empty()).or(message.refusal);
    draft.say(&said.unwrap_or_default(), &mut Unheard);
    for (index, call) in message.tool_calls.unwrap_or_default().into_iter().enumerate() {
        draft.grow_call(index, call.into_piece(), &mut Unheard)?;
    }
    draft.finish(finish_reason(&finish))
}

/// The finish reason, in our words where there is one.
pub(crate) fn finish_reason(word: &str) -> FinishReason {
    match word {
        "stop" => FinishReason::Stop,
        "length" => FinishReason::Length,
        "tool_calls" | "function_call" => FinishReason::ToolCalls,
        "content_filter" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_owned()),
    }
}

/// The text of arguments, which some servers send as an object.
fn arguments(value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

/// Content is a string, or a list of parts of which some are text.
fn text(content: Value) -> String {
    match content {
        Value::String(text) => text,
        Value::Array(parts) => parts.iter().filter_map(|part| part.get("text")?.as_str()).collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use loopwright_core::{ModelErrorKind, Part};

    use super::*;

    #[test]
    fn reads_what_other_servers_write() {
        let body =
            br#"{"choices":[{"finish_reason":"stop","message":{"content":[{"type":"text","text":"a"},{"text":"b"}],
            "reasoning":"hm","tool_calls":[{"function":{"name":"get","arguments":{"x":1}}}]}}],
            "usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":9}},"x":1}"#;
        let answer = parse(body).unwrap();
        let message = &answer.response.message;
        assert_eq!(message.plain_text(), "ab");
        assert_eq!(message.content[0], Part::Reasoning { text: "hm".into() });
        assert_eq!(
            (message.tool_calls[0].id.as_str(), message.tool_calls[0].arguments.as_str()),
            ("call_0", r#"{"x":1}"#)
        );
        assert_eq!(answer.usage.unwrap().cached(), 5, "a part is never more than the whole");
    }

    #[test]
    fn what_is_missing_is_never_invented() {
        let fault = |body: &str| parse(body.as_bytes()).unwrap_err();
        assert!(fault(r#"{"choices":[]}"#).message.contains("no choice"));
        assert!(fault(r#"{"choices":[{"message":{"content":"a"}}]}"#).message.contains("no finish reason"));
        assert!(fault(r#"{"choices":[{"message":{"content":"a"#).message.contains("not as the protocol says"));
        let nameless =
            r#"{"choices":[{"finish_reason":"tool_calls","message":{"tool_calls":[{"id":"a","function":{}}]}}]}"#;
        assert_eq!(fault(nameless).kind, ModelErrorKind::Protocol);
        let told = fault(r#"{"error":{"message":"overloaded","code":503}}"#);
        assert!(told.message.contains("overloaded"), "{told}");
    }
}
