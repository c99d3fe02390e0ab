//! Answers as the protocol writes them: a whole one and a piece of a stream have one form. Unknown fields and parts are
//! passed over; what is missing and matters is an error.

use loopwright_core::{DeltaSink, FinishReason, ModelError, ModelErrorKind, Usage};
use serde::Deserialize;
use serde_json::{Value, json};

use super::NAME;
use crate::fault;
use crate::http::protocol;
use crate::protocol::answer::CallPiece;
use crate::protocol::{Answer, Draft, Unheard};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireResponse {
    #[serde(default)]
    candidates: Vec<Candidate>,
    #[serde(default)]
    prompt_feedback: Option<Feedback>,
    #[serde(default)]
    usage_metadata: Option<WireUsage>,
    #[serde(default)]
    model_version: Option<String>,
    #[serde(default)]
    response_id: Option<String>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    index: usize,
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    #[serde(default)]
    block_reason: Option<String>,
}

/// Tokens as reported. Cached ones are part of the prompt; thoughts stand beside the candidates.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireUsage {
    #[serde(default)]
    prompt_token_count: u64,
    #[serde(default)]
    tool_use_prompt_token_count: u64,
    #[serde(default)]
    cached_content_token_count: u64,
    #[serde(default)]
    candidates_token_count: u64,
    #[serde(default)]
    thoughts_token_count: u64,
}

impl WireUsage {
    fn tokens(&self) -> Usage {
        let input = self.prompt_token_count.saturating_add(self.tool_use_prompt_token_count);
        let output = self.candidates_token_count.saturating_add(self.thoughts_token_count);
        Usage::new(input, self.cached_content_token_count, output, self.thoughts_token_count)
    }
}

/// Reads a whole answer.
pub(super) fn parse(body: &[u8]) -> Result<Answer, ModelError> {
    let mut growing = Growing::default();
    growing.take(body, &mut Unheard)?;
    growing.finish()
}

/// The answer as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Growing {
    draft: Draft,
    finish: Option<String>,
}

impl Growing {
    /// Takes a piece, or all of it.
    pub(super) fn take(&mut self, piece: &[u8], sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        let wire: WireResponse = serde_json::from_slice(piece)
            .map_err(|error| protocol(format!("the answer is not as the protocol says: {error}")))?;
        if let Some(error) = wire.error.filter(|error| !error.is_null()) {
            return Err(fault::of_object(&error, None, None));
        }
        if let Some(reason) = wire.prompt_feedback.and_then(|feedback| feedback.block_reason) {
            let message = format!("the provider's policy does not allow this: {reason}");
            return Err(ModelError { kind: ModelErrorKind::Policy, message, status: None });
        }
        self.draft.id = wire.response_id.unwrap_or(std::mem::take(&mut self.draft.id));
        self.draft.model = wire.model_version.unwrap_or(std::mem::take(&mut self.draft.model));
        self.draft.usage = wire.usage_metadata.map(|usage| usage.tokens()).or(self.draft.usage);
        for candidate in wire.candidates.into_iter().filter(|candidate| candidate.index == 0) {
            for part in candidate.content.map(|content| content.parts).unwrap_or_default() {
                take_part(&mut self.draft, &part, sink)?;
            }
            self.finish = candidate.finish_reason.or(self.finish.take());
        }
        Ok(())
    }

    /// The whole answer.
    pub(super) fn finish(self) -> Result<Answer, ModelError> {
        let reason = self.finish.ok_or_else(|| protocol("the answer has no finish reason"))?;
        let finish = finish_reason(&reason)?;
        let calls = finish == FinishReason::Stop && self.draft.calls() > 0;
        self.draft.finish(if calls { FinishReason::ToolCalls } else { finish })
    }
}

fn take_part(draft: &mut Draft, part: &Value, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
    let call = &part["functionCall"];
    let mut of = json!("text");
    if call.is_object() {
        let index = draft.calls();
        let text = |field: &str| call[field].as_str().map(str::to_owned);
        let arguments = call.get("args").map_or_else(|| "{}".to_owned(), Value::to_string);
        draft.grow_call(index, CallPiece { id: text("id"), name: text("name"), arguments }, sink)?;
        of = json!(index);
    } else if let Some(text) = part["text"].as_str() {
        if part["thought"] == true { draft.reason(text, sink) } else { draft.say(text, sink) }
    }
    if part["thoughtSignature"].is_string() {
        draft.keep(NAME, json!({ "of": of, "signature": part["thoughtSignature"] }));
    }
    Ok(())
}

/// The finish reason, in our words where there is one. A call that the model failed to write is no answer.
fn finish_reason(word: &str) -> Result<FinishReason, ModelError> {
    match word {
        "STOP" => Ok(FinishReason::Stop),
        "MAX_TOKENS" => Ok(FinishReason::Length),
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => Ok(FinishReason::ContentFilter),
        "MALFORMED_FUNCTION_CALL" => Err(protocol("the model wrote a tool call that cannot be read")),
        other => Ok(FinishReason::Other(other.to_lowercase())),
    }
}

#[cfg(test)]
mod tests {
    use loopwright_core::Part;

    use super::*;

    fn read(candidate: Value) -> Result<Answer, ModelError> {
        let body = json!({"candidates": [candidate], "modelVersion": "gemini-2.5-flash", "responseId": "r1",
            "usageMetadata": {"promptTokenCount": 100, "cachedContentTokenCount": 40, "candidatesTokenCount": 20,
                "thoughtsTokenCount": 30, "totalTokenCount": 150}});
        parse(body.to_string().as_bytes())
    }

    #[test]
    fn parts_and_tokens() {
        let parts = json!([{"text": "Hm.", "thought": true}, {"text": "Let me look."},
            {"functionCall": {"name": "get", "args": {"id": "A-1"}}, "thoughtSignature": "c2ln"},
            {"functionCall": {"name": "get", "id": "f2"}}, {"executableCode": {}}]);
        let answer = read(json!({"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}));
        let answer = answer.unwrap();
        let message = &answer.response.message;
        let kept = Part::Opaque { protocol: NAME.into(), value: json!({"of": 0, "signature": "c2ln"}) };
        assert_eq!(message.content[..2], [kept, Part::Reasoning { text: "Hm.".into() }]);
        assert_eq!(
            (message.plain_text().as_str(), message.tool_calls[0].arguments.as_str()),
            ("Let me look.", r#"{"id":"A-1"}"#)
        );
        assert_eq!((message.tool_calls[1].id.as_str(), message.tool_calls[1].arguments.as_str()), ("f2", "{}"));
        assert_eq!((answer.response.finish, answer.response.id.as_str()), (FinishReason::ToolCalls, "r1"));
        assert_eq!(answer.usage, Some(Usage::new(100, 40, 50, 30)));
    }

    #[test]
    fn what_is_missing_is_never_invented() {
        let kind = |answer: Result<Answer, ModelError>| answer.unwrap_err().kind;
        assert_eq!(kind(read(json!({"content": {"parts": [{"text": "a"}]}}))), ModelErrorKind::Protocol);
        assert_eq!(kind(read(json!({"finishReason": "MALFORMED_FUNCTION_CALL"}))), ModelErrorKind::Protocol);
        assert_eq!(kind(parse(b"{}")), ModelErrorKind::Protocol);
        assert_eq!(kind(parse(br#"{"promptFeedback":{"blockReason":"SAFETY"}}"#)), ModelErrorKind::Policy);
        assert_eq!(read(json!({"finishReason": "SAFETY"})).unwrap().response.finish, FinishReason::ContentFilter);
    }
}
