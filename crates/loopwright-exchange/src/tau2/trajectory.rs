//! A simulation as a trace.

use loopwright_core::{
    Arm, Cost, Limit, Message, Outcome, Part, Role, SpanDetail, ToolCall, ToolStatus, Trace, TraceId, TrialKey, Usage,
};

use super::record::{Call, Said, Simulation};
use crate::dialogue::{Dialogue, last_text, spans};
use crate::foreign_time::nanoseconds;
use crate::imported_run::dollars;

/// The trace of `one`; what has no time of its own happened at `at_ns`.
pub(super) fn trace_of(one: &Simulation, key: &TrialKey, arm: &Arm, at_ns: u64) -> Trace {
    let begin = one.start_time.as_deref().and_then(nanoseconds).unwrap_or(at_ns);
    let end = one.end_time.as_deref().and_then(nanoseconds).unwrap_or(begin);
    let model = arm.variant.part("model").and_then(|model| model.as_str()).unwrap_or_default();
    let mut dialogue = Dialogue::new(model);
    for said in &one.messages {
        let at = said.timestamp.as_deref().and_then(nanoseconds).unwrap_or(begin);
        match said.role.as_str() {
            "assistant" => dialogue.say(message(said, Role::Assistant), Some(cost(said)), at),
            "tool" if said.requestor.as_deref() == Some("user") => {}
            "tool" => {
                let failed = said.error == Some(true);
                let status = |_: &str| if failed { ToolStatus::Refused } else { ToolStatus::Done };
                dialogue.tool(message(said, Role::Tool), "", status, at);
            }
            "system" => dialogue.hear(message(said, Role::System)),
            // A user that uses its own tools says nothing by it.
            _ if said.content.is_none() => {}
            _ => dialogue.hear(message(said, Role::User)),
        }
    }
    let agent = SpanDetail::Agent { agent: arm.variant.agent.to_string(), variant: arm.variant.digest() };
    let spans = spans(agent, (begin, end), dialogue.steps());
    Trace { id: TraceId::of(&key.0), outcome: outcome(one), spans }
}

fn message(said: &Said, role: Role) -> Message {
    let text = said.content.iter().filter(|text| !text.is_empty());
    let calls = said.tool_calls.iter().flatten().filter(|_| role == Role::Assistant);
    Message {
        role,
        content: text.map(|text| Part::Text { text: text.clone() }).collect(),
        tool_calls: calls.map(call).collect(),
        tool_call_id: said.id.clone().filter(|_| role == Role::Tool),
    }
}

fn call(call: &Call) -> ToolCall {
    ToolCall { id: call.id.clone(), name: call.name.clone(), arguments: call.arguments.to_string() }
}

fn cost(said: &Said) -> Cost {
    let usage = said
        .usage
        .as_ref()
        .map(|tokens| Usage::new(tokens.prompt_tokens.unwrap_or(0), 0, tokens.completion_tokens.unwrap_or(0), 0));
    // The greeting is written by the harness and costs nothing; a price of nothing for tokens is one that is not known.
    let money = dollars(said.cost).filter(|money| money.0 > 0 || usage.is_none());
    Cost { usage: usage.unwrap_or_default(), money, energy: None }
}

fn outcome(one: &Simulation) -> Outcome {
    let said: Vec<Message> = one
        .messages
        .iter()
        .filter(|said| said.role == "assistant")
        .map(|said| message(said, Role::Assistant))
        .collect();
    let text = last_text(said.iter(), Role::Assistant);
    let message = one.termination_reason.replace('_', " ");
    match one.termination_reason.as_str() {
        "user_stop" | "agent_stop" => Outcome::Answered { text },
        "max_steps" => Outcome::Stopped { limit: Limit::Steps, text },
        "timeout" => Outcome::Stopped { limit: Limit::Time, text },
        "context_window_exceeded" => Outcome::Stopped { limit: Limit::Tokens, text },
        "too_many_errors" | "agent_error" => Outcome::Failed { message },
        _ => Outcome::Infrastructure { message },
    }
}
