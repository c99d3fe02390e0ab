//! What happened in a result, as a trace.

use loopwright_core::{Arm, Cost, Message, Outcome, Part, Role, SpanDetail, ToolCall, Trace, TraceId, TrialKey, Usage};
use serde_json::Value;

use super::super::chat::spoken;
use super::row::{Response, Row, text};
use crate::dialogue::{Dialogue, spans};
use crate::imported_run::dollars;

/// The trace of `row`, which began at `at_ns`: one call of a model.
pub(super) fn trace_of(row: &Row, key: &TrialKey, arm: &Arm, at_ns: u64) -> Trace {
    let mut dialogue = Dialogue::new(&row.provider.id);
    // What reads as a conversation and is none was sent as a text.
    let heard = spoken(&row.prompt.raw).unwrap_or_else(|_| vec![Message::text(Role::User, row.prompt.raw.as_str())]);
    heard.into_iter().for_each(|message| dialogue.hear(message));
    let outcome = match (row.fault(), &row.response) {
        (Some(message), _) => Outcome::Infrastructure { message: message.to_owned() },
        (None, response) => {
            let output = response.as_ref().map_or(&Value::Null, |response| &response.output);
            dialogue.say(said(output), response.as_ref().map(cost), at_ns);
            Outcome::Answered { text: text(output) }
        }
    };
    let end_ns = at_ns.saturating_add(row.took_ns());
    let mut steps = dialogue.steps();
    steps.iter_mut().for_each(|step| step.end_ns = end_ns);
    let agent = SpanDetail::Agent { agent: arm.variant.agent.to_string(), variant: arm.variant.digest() };
    Trace { id: TraceId::of(&key.0), outcome, spans: spans(agent, (at_ns, end_ns), steps) }
}

/// What the model said. Calls of tools are a list in the form of OpenAI's.
fn said(output: &Value) -> Message {
    let calls: Option<Vec<ToolCall>> = output.as_array().and_then(|calls| calls.iter().map(call).collect());
    let tool_calls = calls.unwrap_or_default();
    let content = if tool_calls.is_empty() { vec![Part::Text { text: text(output) }] } else { vec![] };
    Message { role: Role::Assistant, content, tool_calls, tool_call_id: None }
}

fn call(value: &Value) -> Option<ToolCall> {
    let name = value.pointer("/function/name")?.as_str()?.to_owned();
    let id = value.get("id").map(text).unwrap_or_default();
    Some(ToolCall { id, name, arguments: value.pointer("/function/arguments").map(text).unwrap_or_default() })
}

fn cost(response: &Response) -> Cost {
    let usage = response.token_usage.as_ref().map(|tokens| {
        let (cached, reasoning) = tokens
            .completion_details
            .as_ref()
            .map_or((0, 0), |of| (of.cache_read_input_tokens.unwrap_or(0), of.reasoning.unwrap_or(0)));
        Usage::new(tokens.prompt.unwrap_or(0), cached, tokens.completion.unwrap_or(0), reasoning)
    });
    Cost { usage: usage.unwrap_or_default(), money: dollars(response.cost), energy: None }
}
