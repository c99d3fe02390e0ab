//! Answers as the protocol writes them. Unknown fields are passed over; what is missing and matters is an error.

use loopwright_core::{
    ChatResponse, Cost, Delta, DeltaSink, FinishReason, Message, ModelError, Part, Role, ToolCall, Usage,
};
use serde::Deserialize;
use serde_json::Value;

use super::fault;
use crate::http::protocol;

/// An answer, and the tokens it reports.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The answer; its cost is not filled in.
    pub(crate) response: ChatResponse,
    /// The tokens, when the provider reports them.
    pub(crate) usage: Option<Usage>,
}

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
    pub(crate) function: WireFunction,
}

/// The function of a call.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct WireFunction {
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) arguments: Option<Value>,
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
    let calls = message.tool_calls.unwrap_or_default();
    let tool_calls = calls.into_iter().enumerate().map(|(at, call)| tool_call(at, call)).collect::<Result<_, _>>()?;
    let text = message.content.map(text).filter(|text| !text.is_empty()).or(message.refusal);
    let content = contents(message.reasoning_content.or(message.reasoning), text);
    let response = ChatResponse {
        id: wire.id.unwrap_or_default(),
        model: wire.model.unwrap_or_default(),
        message: Message { role: Role::Assistant, content, tool_calls, tool_call_id: None },
        finish: finish_reason(&finish),
        cost: Cost { money: None, energy: None, ..Cost::ZERO },
    };
    Ok(Answer { response, usage: wire.usage.map(|usage| usage.tokens()) })
}

/// Shows `sink` an answer that did not come in pieces after all.
pub(crate) fn announce(answer: &Answer, sink: &mut dyn DeltaSink) {
    let message = &answer.response.message;
    for part in &message.content {
        match part {
            Part::Text { text } => sink.delta(Delta::Text(text.clone())),
            Part::Reasoning { text } => sink.delta(Delta::Reasoning(text.clone())),
            _ => {}
        }
    }
    for (index, call) in message.tool_calls.iter().enumerate() {
        let ToolCall { id, name, arguments } = call.clone();
        sink.delta(Delta::ToolCall { index, id: Some(id), name: Some(name), arguments });
    }
}

/// The parts of a message: reasoning first, nothing that is empty.
pub(crate) fn contents(reasoning: Option<String>, text: Option<String>) -> Vec<Part> {
    let reasoning = reasoning.filter(|text| !text.is_empty()).map(|text| Part::Reasoning { text });
    reasoning.into_iter().chain(text.filter(|text| !text.is_empty()).map(|text| Part::Text { text })).collect()
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
pub(crate) fn arguments(value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

/// Some servers give calls no identity; the conversation needs one.
pub(crate) fn call_id(at: usize, id: Option<String>) -> String {
    id.filter(|id| !id.is_empty()).unwrap_or_else(|| format!("call_{at}"))
}

fn tool_call(at: usize, call: WireToolCall) -> Result<ToolCall, ModelError> {
    let name = call.function.name.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| protocol("the answer asks for a tool call without a name"))?;
    Ok(ToolCall { id: call_id(at, call.id), name, arguments: arguments(call.function.arguments) })
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
    use super::*;
    use loopwright_core::ModelErrorKind;

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
