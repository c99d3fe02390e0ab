//! Answers while they grow, the same for every protocol.

use loopwright_core::{
    ChatResponse, Cost, Delta, DeltaSink, FinishReason, Message, ModelError, Part, Role, ToolCall, Usage,
};
use serde_json::Value;

use crate::http::protocol;

/// Calls that one message may hold.
const MOST_CALLS: usize = 128;

/// An answer, and the tokens it reports.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The answer; its cost is not filled in.
    pub(crate) response: ChatResponse,
    /// The tokens, when the provider reports them.
    pub(crate) usage: Option<Usage>,
}

/// An answer as far as it has come.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) model: String,
    pub(crate) usage: Option<Usage>,
    text: String,
    reasoning: String,
    opaque: Vec<Part>,
    calls: Vec<PartialCall>,
}

#[derive(Debug, Default)]
struct PartialCall {
    id: Option<String>,
    name: String,
    arguments: String,
}

/// A piece of a tool call.
#[derive(Debug, Default)]
pub(crate) struct CallPiece {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) arguments: String,
}

/// A sink for answers that come whole.
pub(crate) struct Unheard;

impl DeltaSink for Unheard {
    fn delta(&mut self, _: Delta) {}
}

impl Draft {
    /// An answer of which nothing was said yet.
    pub(crate) fn of(id: Option<String>, model: Option<String>, usage: Option<Usage>) -> Self {
        Self { id: id.unwrap_or_default(), model: model.unwrap_or_default(), usage, ..Self::default() }
    }

    /// More of the answer's text.
    pub(crate) fn say(&mut self, text: &str, sink: &mut dyn DeltaSink) {
        if !text.is_empty() {
            self.text.push_str(text);
            sink.delta(Delta::Text(text.to_owned()));
        }
    }

    /// More of the reasoning.
    pub(crate) fn reason(&mut self, text: &str, sink: &mut dyn DeltaSink) {
        if !text.is_empty() {
            self.reasoning.push_str(text);
            sink.delta(Delta::Reasoning(text.to_owned()));
        }
    }

    /// What the provider wants to see again as it is.
    pub(crate) fn keep(&mut self, protocol: &str, value: Value) {
        self.opaque.push(Part::Opaque { protocol: protocol.to_owned(), value });
    }

    /// How many calls have begun.
    pub(crate) fn calls(&self) -> usize {
        self.calls.len()
    }

    /// More of call `index`; the next index begins a call.
    pub(crate) fn grow_call(
        &mut self,
        index: usize,
        piece: CallPiece,
        sink: &mut dyn DeltaSink,
    ) -> Result<(), ModelError> {
        if index > self.calls.len() || index >= MOST_CALLS {
            return Err(protocol(format!("the stream jumps to tool call {index}")));
        }
        if index == self.calls.len() {
            self.calls.push(PartialCall::default());
        }
        let call = &mut self.calls[index];
        let CallPiece { id, name, arguments } = piece;
        let (id, name) = (id.filter(|id| !id.is_empty()), name.filter(|name| !name.is_empty()));
        // Some servers repeat the name with every piece.
        if let Some(name) = name.as_ref().filter(|name| **name != call.name) {
            call.name.push_str(name);
        }
        call.id = call.id.take().or_else(|| id.clone());
        call.arguments.push_str(&arguments);
        sink.delta(Delta::ToolCall { index, id, name, arguments });
        Ok(())
    }

    /// The whole answer, which ended for the reason `finish`.
    pub(crate) fn finish(self, finish: FinishReason) -> Result<Answer, ModelError> {
        if self.calls.iter().any(|call| call.name.is_empty()) {
            return Err(protocol("the answer asks for a tool call without a name"));
        }
        if finish == FinishReason::ToolCalls && self.calls.is_empty() {
            return Err(protocol("the answer says that it calls tools, and calls none"));
        }
        let message = Message {
            role: Role::Assistant,
            content: contents(self.opaque, self.reasoning, self.text),
            tool_calls: self.calls.into_iter().enumerate().map(whole_call).collect(),
            tool_call_id: None,
        };
        let cost = Cost { money: None, energy: None, ..Cost::ZERO };
        let response = ChatResponse { id: self.id, model: self.model, message, finish, cost };
        Ok(Answer { response, usage: self.usage })
    }
}

/// The parts of a message: what came before the answer first, and nothing that is empty.
fn contents(opaque: Vec<Part>, reasoning: String, text: String) -> Vec<Part> {
    let reasoning = (!reasoning.is_empty()).then_some(Part::Reasoning { text: reasoning });
    let text = (!text.is_empty()).then_some(Part::Text { text });
    opaque.into_iter().chain(reasoning).chain(text).collect()
}

/// Some servers give calls no identity; the conversation needs one.
fn whole_call((at, call): (usize, PartialCall)) -> ToolCall {
    let PartialCall { id, name, arguments } = call;
    ToolCall { id: id.unwrap_or_else(|| format!("call_{at}")), name, arguments }
}

/// The media type and the base64 text of a `data:` URL; `None` for an address.
pub(crate) fn data_url(url: &str) -> Option<(&str, &str)> {
    url.strip_prefix("data:")?.split_once(";base64,")
}
