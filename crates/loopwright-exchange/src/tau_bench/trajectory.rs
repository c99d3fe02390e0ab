//! A recorded dialogue as a trace.

use loopwright_core::{
    Arm, ChatRequest, ChatResponse, Cost, FinishReason, Limit, Message, Outcome, Role, Span, SpanDetail, ToolCall,
    ToolStatus, Trace, TraceId, TrialSite, Usage,
};
use serde_json::Value;

use super::TauBenchImport;
use super::record::{Record, Said};

/// What the simulated user says when it is done.
const STOP: &str = "###STOP###";

/// The tool that hands over to a person, which ends a dialogue.
const TRANSFER: &str = "transfer_to_human_agents";

pub(super) fn trace_of(record: &Record, site: &TrialSite, (arm, import): (&Arm, &TauBenchImport)) -> Trace {
    let mut details = vec![SpanDetail::Agent { agent: arm.variant.agent.to_string(), variant: arm.variant.digest() }];
    // What was said since the last call of the model: kept apart, so that a long dialogue is not stored once a turn.
    let mut heard: Vec<Message> = Vec::new();
    let mut open: Vec<ToolCall> = Vec::new();
    for said in &record.traj {
        match said.role {
            Role::Assistant => {
                let message = said.message();
                open.clone_from(&message.tool_calls);
                details.push(chat(&import.model, std::mem::take(&mut heard), message));
            }
            Role::Tool => {
                details.push(tool(said, &mut open));
                heard.push(said.message());
            }
            Role::System | Role::User => heard.push(said.message()),
        }
    }
    let spans = details.into_iter().enumerate().map(|(index, detail)| Span {
        id: u32::try_from(index).unwrap_or(u32::MAX),
        parent: (index > 0).then_some(0),
        start_ns: import.at_ns,
        end_ns: import.at_ns,
        detail,
        error: None,
    });
    Trace { id: TraceId::of(&site.key.0), outcome: outcome(record), spans: spans.collect() }
}

fn chat(model: &str, heard: Vec<Message>, message: Message) -> SpanDetail {
    let finish = if message.tool_calls.is_empty() { FinishReason::Stop } else { FinishReason::ToolCalls };
    let cost = Cost { usage: Usage::default(), money: None, energy: None };
    let response = ChatResponse { id: String::new(), model: model.to_owned(), message, finish, cost };
    SpanDetail::Chat {
        request: Box::new(ChatRequest::new(model, heard)),
        response: Some(Box::new(response)),
        segments: vec![],
        attempts: 1,
    }
}

/// The call that `said` answers is taken from `open`: by its id, or else the oldest.
fn tool(said: &Said, open: &mut Vec<ToolCall>) -> SpanDetail {
    let answered = open.iter().position(|call| Some(&call.id) == said.tool_call_id.as_ref());
    let call = match answered.or((!open.is_empty()).then_some(0)) {
        Some(index) => open.remove(index),
        None => ToolCall {
            id: said.tool_call_id.clone().unwrap_or_default(),
            name: said.name.clone().unwrap_or_default(),
            arguments: String::new(),
        },
    };
    let arguments: Option<Value> = serde_json::from_str(&call.arguments).ok().filter(Value::is_object);
    let status = match said.text() {
        text if text.starts_with("Unknown action") => ToolStatus::UnknownTool,
        text if text.starts_with("Error") => ToolStatus::Refused,
        _ if arguments.is_none() => ToolStatus::InvalidArguments,
        _ => ToolStatus::Done,
    };
    SpanDetail::Tool { call, arguments, result: said.text().to_owned(), status }
}

fn outcome(record: &Record) -> Outcome {
    let answers = record.traj.iter().rev().filter(|said| said.role == Role::Assistant);
    let text = answers.map(Said::text).find(|text| !text.is_empty()).unwrap_or_default().to_owned();
    let ended = record.traj.last().is_some_and(|last| match last.role {
        Role::User => last.text().contains(STOP),
        Role::Tool => last.name.as_deref() == Some(TRANSFER),
        Role::Assistant | Role::System => false,
    });
    if ended { Outcome::Answered { text } } else { Outcome::Stopped { limit: Limit::Steps, text } }
}
