//! Streamed answers.

use loopwright_core::{DeltaSink, ModelError};
use serde::Deserialize;
use serde_json::Value;

use super::response::{WireToolCall, WireUsage, finish_reason};
use crate::http::protocol;
use crate::protocol::{Answer, Assembly, Draft};
use crate::{SseEvent, fault};

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

/// The answer as far as it has come.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    draft: Draft,
    finish: Option<String>,
    is_done: bool,
}

impl Assembly for Stream {
    fn take(&mut self, event: &SseEvent, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        let data = event.data.as_str();
        if self.is_done || data.is_empty() {
            return Ok(());
        }
        if data.trim() == "[DONE]" {
            self.is_done = true;
            return Ok(());
        }
        let chunk: WireChunk = serde_json::from_str(data)
            .map_err(|error| protocol(format!("a piece of the stream is not as the protocol says: {error}")))?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(fault::of_object(&error, None, None));
        }
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        self.draft.id = said(chunk.id).unwrap_or(std::mem::take(&mut self.draft.id));
        self.draft.model = said(chunk.model).unwrap_or(std::mem::take(&mut self.draft.model));
        self.draft.usage = chunk.usage.map(|usage| usage.tokens()).or(self.draft.usage);
        for choice in chunk.choices.into_iter().filter(|choice| choice.index == 0) {
            self.grow(choice.delta.unwrap_or_default(), sink)?;
            self.finish = choice.finish_reason.or(self.finish.take());
        }
        Ok(())
    }

    fn is_whole(&self) -> bool {
        self.is_done
    }

    fn finish(self: Box<Self>) -> Result<Answer, ModelError> {
        let finish = self.finish.ok_or_else(|| protocol("the stream ended without a finish reason"))?;
        self.draft.finish(finish_reason(&finish))
    }
}

impl Stream {
    fn grow(&mut self, delta: WireDelta, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        self.draft.reason(&delta.reasoning_content.or(delta.reasoning).unwrap_or_default(), sink);
        for text in [delta.content, delta.refusal].into_iter().flatten() {
            self.draft.say(&text, sink);
        }
        for piece in delta.tool_calls.unwrap_or_default() {
            let begun = self.draft.calls();
            // A server that numbers no calls begins one with an identity.
            let begins = piece.id.as_ref().is_some_and(|id| !id.is_empty()) || begun == 0;
            let index = piece.index.unwrap_or(if begins { begun } else { begun - 1 });
            self.draft.grow_call(index, piece.into_piece(), sink)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use loopwright_core::ModelErrorKind;

    use super::*;
    use crate::protocol::Unheard;

    fn assembled(chunks: &[&str]) -> Result<Answer, ModelError> {
        let mut stream = Box::<Stream>::default();
        let event = |chunk: &&str| SseEvent { event: "message".to_owned(), data: (*chunk).to_owned() };
        chunks.iter().map(event).try_for_each(|event| stream.take(&event, &mut Unheard))?;
        stream.finish()
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
