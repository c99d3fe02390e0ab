//! A recorded conversation as the steps of a trace.

use loopwright_core::{
    ChatRequest, ChatResponse, Cost, FinishReason, Message, Role, Span, SpanDetail, ToolCall, ToolStatus,
};
use serde_json::Value;

use crate::imported_run::unknown_cost;

/// Makes spans of what was said, message by message: each assistant message becomes a call of the model whose request
/// holds only what was said since the call before, so that a long conversation is not stored once a turn; each tool message
/// becomes the execution of the call that it answers.
pub(crate) struct Dialogue {
    model: String,
    heard: Vec<Message>,
    open: Vec<ToolCall>,
    steps: Vec<Step>,
}

/// A step with when it was taken, nanoseconds since the Unix epoch.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) detail: SpanDetail,
    pub(crate) start_ns: u64,
    pub(crate) end_ns: u64,
    pub(crate) error: Option<String>,
}

impl Dialogue {
    pub(crate) fn new(model: &str) -> Self {
        Self { model: model.to_owned(), heard: vec![], open: vec![], steps: vec![] }
    }

    /// The builder of the agent, or who it serves, says something.
    pub(crate) fn hear(&mut self, message: Message) {
        self.heard.push(message);
    }

    /// The model says something.
    pub(crate) fn say(&mut self, message: Message, cost: Option<Cost>, at_ns: u64) {
        self.open.clone_from(&message.tool_calls);
        let finish = if message.tool_calls.is_empty() { FinishReason::Stop } else { FinishReason::ToolCalls };
        let cost = cost.unwrap_or_else(unknown_cost);
        let response = ChatResponse { id: String::new(), model: self.model.clone(), message, finish, cost };
        let detail = SpanDetail::Chat {
            request: Box::new(ChatRequest::new(&self.model, std::mem::take(&mut self.heard))),
            response: Some(Box::new(response)),
            segments: vec![],
            attempts: 1,
        };
        self.steps.push(Step::at(at_ns, detail));
    }

    /// A tool answers: the call with the id that `message` names, or else the oldest that is open. `name` is the tool,
    /// where no call is.
    pub(crate) fn tool(&mut self, message: Message, name: &str, status: impl Fn(&str) -> ToolStatus, at_ns: u64) {
        let answered = self.open.iter().position(|call| Some(&call.id) == message.tool_call_id.as_ref());
        let call = match answered.or((!self.open.is_empty()).then_some(0)) {
            Some(index) => self.open.remove(index),
            None => ToolCall {
                id: message.tool_call_id.clone().unwrap_or_default(),
                name: name.to_owned(),
                arguments: String::new(),
            },
        };
        let result = message.plain_text();
        let arguments: Option<Value> = serde_json::from_str(&call.arguments).ok().filter(Value::is_object);
        let status = match status(&result) {
            ToolStatus::Done if arguments.is_none() => ToolStatus::InvalidArguments,
            status => status,
        };
        self.steps.push(Step::at(at_ns, SpanDetail::Tool { call, arguments, result, status }));
        self.hear(message);
    }

    /// Everything that was taken, in order.
    pub(crate) fn steps(self) -> Vec<Step> {
        self.steps
    }
}

impl Step {
    /// A step that took no time.
    pub(crate) fn at(at_ns: u64, detail: SpanDetail) -> Self {
        Self { detail, start_ns: at_ns, end_ns: at_ns, error: None }
    }
}

/// The spans of a run of `agent` that began at `start_ns` and ended at `end_ns`: itself, and `steps` below it.
pub(crate) fn spans(agent: SpanDetail, (start_ns, end_ns): (u64, u64), steps: Vec<Step>) -> Vec<Span> {
    let whole = Step { detail: agent, start_ns, end_ns: end_ns.max(start_ns), error: None };
    let numbered = std::iter::once(whole).chain(steps).enumerate();
    let span = |(index, step): (usize, Step)| Span {
        id: u32::try_from(index).unwrap_or(u32::MAX),
        parent: (index > 0).then_some(0),
        start_ns: step.start_ns,
        end_ns: step.end_ns.max(step.start_ns),
        detail: step.detail,
        error: step.error,
    };
    numbered.map(span).collect()
}

/// The last text that `role` said; empty when there is none.
pub(crate) fn last_text<'a>(messages: impl DoubleEndedIterator<Item = &'a Message>, role: Role) -> String {
    let texts = messages.rev().filter(|message| message.role == role).map(Message::plain_text);
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}
