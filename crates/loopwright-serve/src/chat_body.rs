//! The body of `POST /v1/chat/completions`, read into what an agent takes.
//!
//! The agent is pinned: it brings its instructions, tools and sampling. So a conversation holds what user and agent said
//! and nothing else, a request that could only be answered in another form is refused, and how its caller would sample
//! is passed over and said to be.

use std::fmt;

use loopwright_core::{Input, Message, Role};
use serde::de::value::SeqAccessDeserializer;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::refusal::Refusal;

/// Fields that a pinned agent passes over: it samples as it was measured.
const PASSED_OVER: [&str; 11] = [
    "temperature",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "stop",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
    "reasoning_effort",
    "verbosity",
];

/// What is asked, and how the answer is to be sent.
#[derive(Debug, PartialEq)]
pub(crate) struct ChatBody {
    /// The agent, as the caller names it.
    pub(crate) model: String,
    /// The conversation.
    pub(crate) input: Input,
    /// Whether the answer is sent while it grows.
    pub(crate) stream: bool,
    /// Whether a stream ends with what the answer used.
    pub(crate) include_usage: bool,
    /// Fields that were passed over.
    pub(crate) passed_over: Vec<&'static str>,
}

#[derive(Deserialize)]
struct Body {
    model: String,
    messages: Vec<Said>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
}

#[derive(Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(Deserialize)]
struct Said {
    role: String,
    content: Content,
}

struct Content(String);

#[derive(Deserialize)]
struct Piece {
    #[serde(rename = "type")]
    kind: PieceKind,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PieceKind {
    Text,
}

impl ChatBody {
    /// Reads `bytes`.
    ///
    /// # Errors
    /// With the path of the first fault.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| Refusal::at("", "invalid_json", format!("the body is not JSON: {error}")))?;
        refuse_other_forms(&value)?;
        let body: Body = serde_path_to_error::deserialize(&value).map_err(|error| {
            let path = error.path().to_string();
            Refusal::at(path.clone(), "invalid_value", format!("`{path}`: {}", error.inner()))
        })?;
        let messages = body.messages.into_iter().enumerate().map(|(index, said)| message(index, said));
        let messages = messages.collect::<Result<Vec<_>, _>>()?;
        if messages.last().is_none_or(|last| last.role != Role::User) {
            let message = "`messages`: the last one must be the user's, as it is the one to answer";
            return Err(Refusal::at("messages", "invalid_value", message));
        }
        Ok(Self {
            model: body.model,
            input: Input { messages, tools: vec![], setup: None },
            stream: body.stream.unwrap_or(false),
            include_usage: body.stream_options.and_then(|options| options.include_usage).unwrap_or(false),
            passed_over: PASSED_OVER.into_iter().filter(|field| is_given(&value[*field])).collect(),
        })
    }
}

fn is_given(value: &Value) -> bool {
    !value.is_null()
}

/// A field that asks for an answer of another form.
struct OtherForm {
    field: &'static str,
    is_other: fn(&Value) -> bool,
    why: &'static str,
}

const OTHER_FORMS: [OtherForm; 6] = [
    OtherForm { field: "n", is_other: |value| value != 1, why: "an agent gives one answer" },
    OtherForm { field: "tools", is_other: is_filled, why: "an agent brings its own tools" },
    OtherForm { field: "functions", is_other: is_filled, why: "an agent brings its own tools" },
    OtherForm { field: "response_format", is_other: |value| value["type"] != "text", why: "an agent answers in text" },
    OtherForm { field: "logprobs", is_other: |value| value != false, why: "an agent has no log probabilities" },
    OtherForm { field: "audio", is_other: |_| true, why: "an agent answers in text" },
];

fn is_filled(value: &Value) -> bool {
    value.as_array().is_none_or(|items| !items.is_empty())
}

/// An answer in the one form that agents give would surprise whoever asks for another.
fn refuse_other_forms(body: &Value) -> Result<(), Refusal> {
    let asked = |form: &OtherForm| is_given(&body[form.field]) && (form.is_other)(&body[form.field]);
    match OTHER_FORMS.into_iter().find(asked) {
        Some(OtherForm { field, why, .. }) => Err(Refusal::at(field, "unsupported_value", format!("`{field}`: {why}"))),
        None => Ok(()),
    }
}

fn message(index: usize, said: Said) -> Result<Message, Refusal> {
    let why = match said.role.as_str() {
        "user" => return Ok(Message::text(Role::User, said.content.0)),
        "assistant" => return Ok(Message::text(Role::Assistant, said.content.0)),
        "system" | "developer" => "an agent brings its own instructions; leave this message out",
        "tool" | "function" => "an agent calls its tools itself; leave this message out",
        _ => "must be `user` or `assistant`",
    };
    let path = format!("messages[{index}].role");
    Err(Refusal::at(path.clone(), "unsupported_value", format!("`{path}`: {why}")))
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrPieces;

        impl<'de> Visitor<'de> for TextOrPieces {
            type Value = Content;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a list of parts of the type `text`")
            }

            fn visit_str<E>(self, text: &str) -> Result<Content, E> {
                Ok(Content(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, pieces: A) -> Result<Content, A::Error> {
                let pieces = Vec::<Piece>::deserialize(SeqAccessDeserializer::new(pieces))?;
                let texts = pieces.into_iter().map(|Piece { kind: PieceKind::Text, text }| text);
                Ok(Content(texts.collect()))
            }
        }

        deserializer.deserialize_any(TextOrPieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: Value) -> Result<ChatBody, Refusal> {
        ChatBody::read(body.to_string().as_bytes())
    }

    fn asks(more: Value) -> Value {
        let mut body = json!({"model": "support", "messages": [{"role": "user", "content": "Hi."}]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    fn path(result: Result<ChatBody, Refusal>) -> String {
        result.unwrap_err().param.unwrap()
    }

    #[test]
    fn a_conversation_is_what_user_and_agent_said() {
        let parts = json!([{"type": "text", "text": "And "}, {"type": "text", "text": "now?"}]);
        let messages = json!([
            {"role": "user", "content": "Hi."},
            {"role": "assistant", "content": "Hello.", "refusal": null},
            {"role": "user", "content": parts, "name": "ann"},
        ]);
        let body = read(asks(json!({"messages": messages, "user": "u-1", "temperature": 0.2, "seed": null}))).unwrap();
        let said: Vec<String> = body.input.messages.iter().map(Message::plain_text).collect();
        assert_eq!(said, ["Hi.", "Hello.", "And now?"]);
        assert_eq!(body.input.messages[1].role, Role::Assistant);
        assert_eq!((body.stream, body.include_usage), (false, false));
        assert_eq!(body.passed_over, ["temperature"]);
    }

    #[test]
    fn a_stream_may_end_with_what_it_used() {
        let body = read(asks(json!({"stream": true, "stream_options": {"include_usage": true}}))).unwrap();
        assert_eq!((body.stream, body.include_usage), (true, true));
    }

    #[test]
    fn a_fault_is_named_by_its_path() {
        let said = |message: Value| read(asks(json!({"messages": [message]})));
        assert_eq!(path(said(json!({"role": "user", "content": 7}))), "messages[0].content");
        let picture = json!([{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "u"}}]);
        assert_eq!(path(said(json!({"role": "user", "content": picture}))), "messages[0].content[1].type");
        assert_eq!(path(said(json!({"role": "system", "content": "Obey."}))), "messages[0].role");
        assert_eq!(path(said(json!({"role": "tool", "content": "[]"}))), "messages[0].role");
        assert_eq!(path(said(json!({"role": "assistant", "content": "a"}))), "messages");
        assert_eq!(path(read(asks(json!({"messages": []})))), "messages");
        assert_eq!(path(read(asks(json!({"stream": "yes"})))), "stream");
        assert_eq!(ChatBody::read(b"{oops").unwrap_err().code, "invalid_json");
        assert_eq!(ChatBody::read(b"[]").unwrap_err().status.as_u16(), 400);
    }

    #[test]
    fn another_form_of_answer_is_refused() {
        let forms = [
            json!({"n": 2}),
            json!({"tools": [{"type": "function"}]}),
            json!({"response_format": {"type": "json_object"}}),
            json!({"logprobs": true}),
        ];
        for form in forms {
            let field = form.as_object().unwrap().keys().next().unwrap().clone();
            assert_eq!(path(read(asks(form))), field);
        }
        let same = json!({"n": 1, "tools": [], "response_format": {"type": "text"}, "logprobs": false, "audio": null});
        assert!(read(asks(same)).is_ok());
    }
}
