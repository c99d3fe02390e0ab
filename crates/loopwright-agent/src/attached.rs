//! Attached agents: those that exist already, in any language, reached over a connection.

use loopwright_core::{
    BoxFuture, ChatRequest, ChatResponse, Cost, FinishReason, Input, Message, Outcome, Role, Seed, SpanDetail,
    ToolCall, ToolStatus, Usage,
};
use serde_json::Value;

use crate::RunContext;
use crate::recorder::Recorder;

/// A connection to an attached agent. Many trials share one.
pub trait Remote: Send + Sync {
    /// Puts `input` to the agent.
    fn ask<'a>(&'a self, input: &'a Input, seed: Seed) -> BoxFuture<'a, Result<Reply, RemoteError>>;
}

/// What an attached agent answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The answer.
    pub answer: String,
    /// Calls of its tools, when it tells.
    pub calls: Vec<ReportedCall>,
    /// What it used, when it tells. What it does not tell is recorded as no tokens and an unknown price, never as free.
    pub cost: Option<Cost>,
    /// The exchange with the model, when the agent is a model server.
    pub chat: Option<ReportedChat>,
}

/// An exchange with a model behind an attached agent.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedChat {
    /// What it was asked.
    pub request: Box<ChatRequest>,
    /// What it answered.
    pub response: Box<ChatResponse>,
    /// Infrastructure attempts, at least 1.
    pub attempts: u32,
}

/// A tool call that an attached agent tells of.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedCall {
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub args: Value,
    /// Its result; empty when it does not tell.
    pub result: String,
}

/// An attached agent could not be asked, or failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// It could not be reached, or the connection broke; says nothing about the agent.
    #[error("reach the agent: {message}")]
    Unreachable {
        /// What happened.
        message: String,
    },
    /// It answered, and the answer is a failure of its own.
    #[error("{message}")]
    Failed {
        /// What it said.
        message: String,
    },
}

pub(crate) async fn run(context: &mut RunContext<'_>, recorder: &mut Recorder, input: &Input) -> Outcome {
    let Some(remote) = context.remote else {
        return Outcome::Infrastructure { message: "there is no connection to the agent".to_owned() };
    };
    let start = context.clock.now_ns();
    match remote.ask(input, context.seed).await {
        Ok(reply) => record(context, recorder, input, start, reply),
        Err(RemoteError::Unreachable { message }) => Outcome::Infrastructure { message },
        Err(RemoteError::Failed { message }) => Outcome::Failed { message },
    }
}

fn record(context: &RunContext<'_>, recorder: &mut Recorder, input: &Input, start: u64, reply: Reply) -> Outcome {
    let Reply { answer, calls, cost, chat } = reply;
    for (position, call) in calls.into_iter().enumerate() {
        let asked = ToolCall { id: format!("call-{position}"), name: call.tool, arguments: call.args.to_string() };
        let arguments = Some(call.args);
        let detail = SpanDetail::Tool { call: asked, arguments, result: call.result, status: ToolStatus::Done };
        recorder.add(context.clock, start, detail, None);
    }
    let cost = cost.unwrap_or(Cost { usage: Usage::default(), money: None, energy: None });
    let chat = chat.unwrap_or_else(|| reported(input, &answer, cost));
    let ReportedChat { request, response, attempts } = chat;
    let detail = SpanDetail::Chat { request, response: Some(response), segments: vec![], attempts };
    recorder.add(context.clock, start, detail, None);
    Outcome::Answered { text: answer }
}

/// The one model call that stands for whatever an agent used.
fn reported(input: &Input, answer: &str, cost: Cost) -> ReportedChat {
    let request = Box::new(ChatRequest::new("reported", input.messages.clone()));
    let message = Message::text(Role::Assistant, answer);
    let (id, model) = (String::new(), "reported".to_owned());
    let response = Box::new(ChatResponse { id, model, message, finish: FinishReason::Stop, cost });
    ReportedChat { request, response, attempts: 1 }
}
