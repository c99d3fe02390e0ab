//! What a caller wants, whatever the protocol it was asked in.
//!
//! A model takes all of it. A native agent is pinned: it brings its instructions, tools and sampling. So its conversation
//! holds what user and agent said and nothing else, a request that could only be answered in another form is refused,
//! and how its caller would sample is passed over and said to be.

use loopwright_core::{ChatRequest, Input, Message, Part, ResponseFormat, Role, ToolChoice, ToolSpec};
use serde_json::Value;

use crate::refusal::Refusal;

/// What is asked, and how the answer is to be sent.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Wanted {
    /// The agent, alias or model, as the caller names it.
    pub(crate) model: String,
    /// The conversation.
    pub(crate) said: Vec<Said>,
    /// Tools of the caller's own.
    pub(crate) tools: Vec<ToolSpec>,
    pub(crate) tool_choice: ToolChoice,
    pub(crate) temperature: Option<f64>,
    pub(crate) max_output_tokens: Option<u64>,
    pub(crate) format: ResponseFormat,
    /// The field that the form of the answer stands in.
    pub(crate) format_field: &'static str,
    /// Whether the answer is sent while it grows.
    pub(crate) stream: bool,
    /// Whether a stream ends with what the answer used, where the protocol leaves that to the caller.
    pub(crate) include_usage: bool,
    /// Fields about sampling that were given.
    pub(crate) sampling: Vec<&'static str>,
}

/// One message, and where it stands in the request.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) place: String,
    pub(crate) message: Message,
}

/// Fields about sampling that a model is given; it passes over the others.
const TAKEN_BY_MODELS: [&str; 4] = ["temperature", "max_tokens", "max_completion_tokens", "max_output_tokens"];

impl Wanted {
    /// What a pinned agent is given, and the fields that it passes over.
    ///
    /// # Errors
    /// With the path of whatever the agent brings itself.
    pub(crate) fn for_agent(self) -> Result<(Input, Vec<&'static str>), Refusal> {
        if !self.tools.is_empty() {
            return Err(Refusal::at("tools", "unsupported_value", "`tools`: an agent brings its own tools"));
        }
        if self.format != ResponseFormat::Text {
            let message = format!("`{}`: an agent answers in text", self.format_field);
            return Err(Refusal::at(self.format_field, "unsupported_value", message));
        }
        let last = self.said.last().map(|said| said.message.role);
        let messages = self.said.into_iter().map(plain).collect::<Result<Vec<_>, _>>()?;
        if last != Some(Role::User) {
            let message = "`messages`: the last one must be the user's, as it is the one to answer";
            return Err(Refusal::at("messages", "invalid_value", message));
        }
        Ok((Input { messages, tools: vec![], setup: None, then: vec![] }, self.sampling))
    }

    /// What a model is asked, and the fields that are passed over.
    ///
    /// # Errors
    /// When nothing is said.
    pub(crate) fn for_model(self, model: &str) -> Result<(ChatRequest, Vec<&'static str>), Refusal> {
        if self.said.is_empty() {
            return Err(Refusal::at("messages", "invalid_value", "`messages`: there is nothing to answer"));
        }
        let messages = self.said.into_iter().map(|said| said.message).collect();
        let request = ChatRequest {
            tools: self.tools,
            tool_choice: self.tool_choice,
            temperature: self.temperature,
            max_output_tokens: self.max_output_tokens,
            response_format: self.format,
            ..ChatRequest::new(model, messages)
        };
        let passed_over = self.sampling.into_iter().filter(|field| !TAKEN_BY_MODELS.contains(field)).collect();
        Ok((request, passed_over))
    }
}

/// A message that user or agent said in words.
fn plain(said: Said) -> Result<Message, Refusal> {
    let Said { place, message } = said;
    let refuse = |place: String, why: &str| {
        let message = format!("`{place}`: {why}; leave it out");
        Err(Refusal::at(place, "unsupported_value", message))
    };
    let other = message.content.iter().position(|part| !matches!(part, Part::Text { .. }));
    match message.role {
        Role::System => refuse(place, "an agent brings its own instructions"),
        Role::Tool => refuse(place, "an agent calls its tools itself"),
        Role::Assistant if !message.tool_calls.is_empty() => refuse(place, "an agent calls its tools itself"),
        Role::User | Role::Assistant => match other {
            Some(index) => refuse(format!("{place}.content[{index}]"), "an agent reads text"),
            None => Ok(message),
        },
    }
}

/// Those of `fields` that `body` gives a value.
pub(crate) fn given(body: &Value, fields: &[&'static str]) -> Vec<&'static str> {
    fields.iter().copied().filter(|field| !body[*field].is_null()).collect()
}

/// A field that asks for what nobody here can give.
pub(crate) struct OtherForm {
    pub(crate) field: &'static str,
    pub(crate) is_other: fn(&Value) -> bool,
    pub(crate) why: &'static str,
}

/// Refuses the first of `forms` that `body` asks for: an answer in another form would surprise whoever asks.
pub(crate) fn refuse_other_forms(body: &Value, forms: &[OtherForm]) -> Result<(), Refusal> {
    let asked = |form: &&OtherForm| !body[form.field].is_null() && (form.is_other)(&body[form.field]);
    match forms.iter().find(asked) {
        Some(OtherForm { field, why, .. }) => {
            Err(Refusal::at(*field, "unsupported_parameter", format!("`{field}`: {why}")))
        }
        None => Ok(()),
    }
}

/// Whether a list has something in it.
pub(crate) fn is_filled(value: &Value) -> bool {
    value.as_array().is_none_or(|items| !items.is_empty())
}
