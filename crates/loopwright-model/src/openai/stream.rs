//! Streamed answers.

use loopwright_core::{ChatResponse, Cost, Delta, DeltaSink, Message, ModelError, Role, ToolCall, Usage};
use serde::Deserialize;
use serde_json::Value;

use super::fault;
use super::response::{Answer, WireToolCall, WireUsage, arguments, call_id, contents, finish_reason};
use crate::SseParser;
use crate::http::{network, protocol};

/// Calls that one message may hold.
const MOST_CALLS: usize = 128;

#[derive(Debug, Deserialize)]
struct WireChunk {
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
    #[serde(default)]
    index: usize,
    #[serde(default)]
    delta: Option<WireDelta>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct WireDelta {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default)]
    reasoning_content: Option<String>,
    #[serde(default)]
    reasoning: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<WireToolCall>>,
}

/// Reads a stream to its end and hands every piece to `sink`.
pub(crate) async fn read(
    response: &mut reqwest::Response,
    sink: &mut dyn DeltaSink,
    limit: usize,
) -> Result<Answer, ModelError> {
    let (mut parser, mut events, mut taken) = (SseParser::new(limit), Vec::new(), 0);
    let mut assembly = Assembly::default();
    while !assembly.done {
        let Some(bytes) = response.chunk().await.map_err(network)? else { break };
        taken += bytes.len();
        if taken > limit {
            return Err(protocol(format!("the stream is longer than {limit} bytes")));
        }
        parser.push(&bytes, &mut events).map_err(|error| protocol(error.to_string()))?;
        for event in events.drain(..) {
            assembly.take(&event.data, sink)?;
        }
    }
    assembly.finish()
}

/// The answer as far as it has come.
#[derive(Debug, Default)]
struct Assembly {
    id: String,
    model: String,
    text: String,
    reasoning: String,
    calls: Vec<PartialCall>,
    finish: Option<String>,
    usage: Option<Usage>,
    done: bool,
}

#[derive(Debug, Default)]
struct PartialCall {
    id: Option<String>,
    name: String,
    arguments: String,
}

impl Assembly {
    fn take(&mut self, data: &str, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        if self.done || data.is_empty() {
            return Ok(());
        }
        if data.trim() == "[DONE]" {
            self.done = true;
            return Ok(());
        }
        let chunk: WireChunk = serde_json::from_str(data)
            .map_err(|error| protocol(format!("a piece of the stream is not as the protocol says: {error}")))?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(fault::of_object(&error, None, None));
        }
        self.id = chunk.id.filter(|id| !id.is_empty()).unwrap_or(std::mem::take(&mut self.id));
        self.model = chunk.model.filter(|model| !model.is_empty()).unwrap_or(std::mem::take(&mut self.model));
        self.usage = chunk.usage.map(|usage| usage.tokens()).or(self.usage);
        for choice in chunk.choices.into_iter().filter(|choice| choice.index == 0) {
            self.grow(choice.delta.unwrap_or_default(), sink)?;
            self.finish = choice.finish_reason.or(self.finish.take());
        }
        Ok(())
    }

    fn grow(&mut self, delta: WireDelta, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        let reasoning = delta.reasoning_content.or(delta.reasoning).filter(|text| !text.is_empty());
        if let Some(text) = reasoning {
            self.reasoning.push_str(&text);
            sink.delta(Delta::Reasoning(text));
        }
        for text in [delta.content, delta.refusal].into_iter().flatten().filter(|text| !text.is_empty()) {
            self.text.push_str(&text);
            sink.delta(Delta::Text(text));
        }
        for piece in delta.tool_calls.unwrap_or_default() {
            self.grow_call(piece, sink)?;
        }
        Ok(())
    }

    fn grow_call(&mut self, piece: WireToolCall, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        let id = piece.id.filter(|id| !id.is_empty());
        // A server that numbers no calls begins one with an identity.
        let begins = id.is_some() || self.calls.is_empty();
        let index = piece.index.unwrap_or(if begins { self.calls.len() } else { self.calls.len() - 1 });
        if index > self.calls.len() || index >= MOST_CALLS {
            return Err(protocol(format!("the stream jumps to tool call {index}")));
        }
        if index == self.calls.len() {
            self.calls.push(PartialCall::default());
        }
        let call = &mut self.calls[index];
        let name = piece.function.name.filter(|name| !name.is_empty());
        let more = arguments(piece.function.arguments);
        // Some servers repeat the name with every piece.
        if let Some(name) = name.as_ref().filter(|name| **name != call.name) {
            call.name.push_str(name);
        }
        call.id = call.id.take().or_else(|| id.clone());
        call.arguments.push_str(&more);
        sink.delta(Delta::ToolCall { index, id, name, arguments: more });
        Ok(())
    }

    fn finish(self) -> Result<Answer, ModelError> {
        let finish = self.finish.ok_or_else(|| protocol("the stream ended without a finish reason"))?;
        if self.calls.iter().any(|call| call.name.is_empty()) {
            return Err(protocol("the stream asks for a tool call without a name"));
        }
        let call = |(at, call): (usize, PartialCall)| ToolCall {
            id: call_id(at, call.id),
            name: call.name,
            arguments: call.arguments,
        };
        let message = Message {
            role: Role::Assistant,
            content: contents(Some(self.reasoning), Some(self.text)),
            tool_calls: self.calls.into_iter().enumerate().map(call).collect(),
            tool_call_id: None,
        };
        let cost = Cost { money: None, energy: None, ..Cost::ZERO };
        let response = ChatResponse { id: self.id, model: self.model, message, finish: finish_reason(&finish), cost };
        Ok(Answer { response, usage: self.usage })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::ModelErrorKind;

    struct Silent;
    impl DeltaSink for Silent {
        fn delta(&mut self, _: Delta) {}
    }

    fn assembled(chunks: &[&str]) -> Result<Answer, ModelError> {
        let mut assembly = Assembly::default();
        chunks.iter().try_for_each(|chunk| assembly.take(chunk, &mut Silent))?;
        assembly.finish()
    }

    #[test]
    fn calls_without_numbers_are_told_apart_by_identity() {
        let answer = assembled(&[
            r#"{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"x","arguments":"{"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"x","arguments":"}"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"y"}}]},"finish_reason":"tool_calls"}]}"#,
        ]);
        let calls = answer.unwrap().response.message.tool_calls;
        assert_eq!(
            calls
                .iter()
                .map(|call| (call.id.as_str(), call.name.as_str(), call.arguments.as_str()))
                .collect::<Vec<_>>(),
            [("a", "x", "{}"), ("b", "y", "")]
        );
    }

    #[test]
    fn junk_is_an_error_of_the_protocol() {
        let jump = r#"{"choices":[{"delta":{"tool_calls":[{"index":7,"id":"a","function":{"name":"x"}}]}}]}"#;
        for chunks in [&["{"][..], &["[1]"], &[jump], &[r#"{"choices":[{"delta":{"content":"a"}}]}"#, "[DONE]"], &[]] {
            assert_eq!(assembled(chunks).unwrap_err().kind, ModelErrorKind::Protocol, "{chunks:?}");
        }
        let told = assembled(&[r#"{"error":{"message":"slow down","type":"rate_limit_error"}}"#]).unwrap_err();
        assert_eq!(told.kind, ModelErrorKind::RateLimited { retry_after: None });
    }
}
