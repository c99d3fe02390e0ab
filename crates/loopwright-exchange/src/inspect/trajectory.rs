//! What happened in a sample, as a trace.

use jiff::Timestamp;
use loopwright_core::{
    Arm, ChatRequest, ChatResponse, Cost, FinishReason, Limit, Message, MicroDollars, Outcome, Role, SpanDetail,
    ToolCall, ToolChoice, ToolSpec, ToolStatus, Trace, TraceId, TrialKey, Usage,
};
use serde_json::Value;

use super::event::{Event, ModelEvent, TokenUsage, ToolEvent, agent_calls};
use super::message::{Attachments, Said, ToolFault, parts, resolved, resolved_value};
use super::sample::Sample;
use crate::dialogue::{Dialogue, Step, last_text, spans};

/// The trace of `sample`, whose events are used up. `at_ns` stands for times that were not recorded.
pub(super) fn trace_of(sample: &mut Sample, key: &TrialKey, arm: &Arm, at_ns: u64) -> Trace {
    let calls = agent_calls(std::mem::take(&mut sample.events));
    let steps =
        if calls.is_empty() { dialogue(sample, &arm.name.to_string(), at_ns) } else { steps(sample, calls, at_ns) };
    let start_ns = sample.started_at.as_deref().map_or(at_ns, |text| instant(text, at_ns));
    let end_ns = sample.completed_at.as_deref().map_or(start_ns, |text| instant(text, start_ns));
    let agent = SpanDetail::Agent { agent: arm.variant.agent.to_string(), variant: arm.variant.digest() };
    Trace { id: TraceId::of(&key.0), outcome: outcome(sample), spans: spans(agent, (start_ns, end_ns), steps) }
}

/// A log may be written without events; the conversation is all there is then.
fn dialogue(sample: &Sample, model: &str, at_ns: u64) -> Vec<Step> {
    let mut dialogue = Dialogue::new(model);
    for said in &sample.messages {
        let message = said.message(&sample.attachments);
        match said.role() {
            Role::System | Role::User => dialogue.hear(message),
            Role::Assistant => dialogue.say(message, None, at_ns),
            Role::Tool => {
                let name = said.function.as_deref().unwrap_or_default();
                dialogue.tool(message, name, |_| status(said.error.as_ref()), at_ns);
            }
        }
    }
    dialogue.steps()
}

fn steps(sample: &Sample, calls: Vec<Event>, at_ns: u64) -> Vec<Step> {
    let mut before = vec![];
    let step = |call| match call {
        Event::Model(model) => Some(chat(*model, sample, &mut before, at_ns)),
        Event::Tool(tool) => Some(execution(*tool, &sample.attachments, at_ns)),
        _ => None,
    };
    let mut steps: Vec<Step> = calls.into_iter().filter_map(step).collect();
    steps.sort_by_key(|step| step.start_ns);
    steps
}

/// A call of a model. `before` is the conversation after the call before; what goes on from there is kept without it.
fn chat(event: ModelEvent, sample: &Sample, before: &mut Vec<Message>, at_ns: u64) -> Step {
    let attachments = &sample.attachments;
    let answer = event.output.choices.first().filter(|_| event.error.is_none());
    let response = answer.map(|choice| ChatResponse {
        id: String::new(),
        model: if event.output.model.is_empty() { event.model.clone() } else { event.output.model.clone() },
        message: choice.message.message(attachments),
        finish: finish(&choice.stop_reason),
        cost: event.output.usage.as_ref().map_or(crate::imported_run::unknown_cost(), cost),
    });
    let asked: Vec<Message> = input(&event, sample).map(|said| said.message(attachments)).collect();
    let goes_on = !before.is_empty() && asked.starts_with(before);
    let new = if goes_on { asked[before.len()..].to_vec() } else { asked.clone() };
    *before = asked;
    before.extend(response.iter().map(|response| response.message.clone()));
    let request = ChatRequest {
        tools: event.tools.iter().filter_map(|tool| spec(tool, attachments)).collect(),
        tool_choice: choice(&event.tool_choice),
        temperature: event.config.temperature,
        max_output_tokens: event.config.max_tokens,
        ..ChatRequest::new(&event.model, new)
    };
    let start_ns = instant(&event.timestamp, at_ns);
    Step {
        detail: SpanDetail::Chat {
            request: Box::new(request),
            response: response.map(Box::new),
            segments: vec![],
            attempts: event.retries.unwrap_or_default().saturating_add(1),
        },
        start_ns,
        end_ns: event.completed.as_deref().map_or(start_ns, |text| instant(text, start_ns)),
        error: event.error,
    }
}

/// The messages that the model was given: in the event itself, or in the sample's pool.
fn input<'a>(event: &'a ModelEvent, sample: &'a Sample) -> Box<dyn Iterator<Item = &'a Said> + 'a> {
    let pool = sample.events_data.as_ref().map_or(&[][..], |pools| &pools.messages);
    match &event.input_refs {
        Some(ranges) if event.input.is_empty() => {
            Box::new(ranges.iter().filter_map(|(start, end)| pool.get(*start..*end)).flatten())
        }
        _ => Box::new(event.input.iter()),
    }
}

fn execution(event: ToolEvent, attachments: &Attachments, at_ns: u64) -> Step {
    let arguments = resolved_value(&event.arguments, attachments);
    let said = Message { content: parts(&event.result, attachments), ..Message::text(Role::Tool, "") }.plain_text();
    let fault = event.error.as_ref();
    let told = if said.is_empty() { fault.map(|fault| fault.message.clone()).unwrap_or_default() } else { said };
    let start_ns = instant(&event.timestamp, at_ns);
    Step {
        detail: SpanDetail::Tool {
            call: ToolCall { id: event.id, name: event.function, arguments: arguments.to_string() },
            arguments: Some(arguments).filter(Value::is_object),
            result: resolved(&told, attachments).to_owned(),
            status: status(fault),
        },
        start_ns,
        end_ns: event.completed.as_deref().map_or(start_ns, |text| instant(text, start_ns)),
        error: None,
    }
}

fn status(fault: Option<&ToolFault>) -> ToolStatus {
    match fault {
        None => ToolStatus::Done,
        Some(fault) => match fault.kind.as_str() {
            "parsing" if fault.message.contains("not found") => ToolStatus::UnknownTool,
            "parsing" => ToolStatus::InvalidArguments,
            "approval" | "permission" => ToolStatus::Denied,
            "timeout" | "unknown" => ToolStatus::Broken,
            _ => ToolStatus::Refused,
        },
    }
}

fn finish(reason: &str) -> FinishReason {
    match reason {
        "stop" => FinishReason::Stop,
        "max_tokens" | "model_length" => FinishReason::Length,
        "tool_calls" => FinishReason::ToolCalls,
        "content_filter" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_owned()),
    }
}

fn choice(value: &Value) -> ToolChoice {
    match value.as_str() {
        Some("none") => ToolChoice::None,
        Some("any") => ToolChoice::Required,
        _ => value["name"].as_str().map_or(ToolChoice::Auto, |name| ToolChoice::Tool(name.to_owned())),
    }
}

fn spec(tool: &Value, attachments: &Attachments) -> Option<ToolSpec> {
    let description = tool["description"].as_str().unwrap_or_default();
    Some(ToolSpec {
        name: tool["name"].as_str()?.to_owned(),
        description: resolved(description, attachments).to_owned(),
        parameters: resolved_value(&tool["parameters"], attachments),
    })
}

/// Providers differ in whether tokens of the cache are part of the input; the total tells.
fn cost(usage: &TokenUsage) -> Cost {
    let (read, written) =
        (usage.input_tokens_cache_read.unwrap_or_default(), usage.input_tokens_cache_write.unwrap_or_default());
    let apart = usage.input_tokens.saturating_add(read).saturating_add(written);
    let is_apart = usage.total_tokens >= apart.saturating_add(usage.output_tokens);
    let input = if is_apart { apart } else { usage.input_tokens };
    let money = usage.total_cost.filter(|dollars| dollars.is_finite() && *dollars >= 0.0);
    Cost {
        usage: Usage::new(input, read, usage.output_tokens, usage.reasoning_tokens.unwrap_or_default()),
        money: money.map(|dollars| MicroDollars((dollars * 1e6).round() as u64)),
        energy: None,
    }
}

/// A sample that raised an error says nothing about the agent: Inspect does not score it.
fn outcome(sample: &Sample) -> Outcome {
    let said = sample.output.choices.first().map(|choice| choice.message.message(&sample.attachments));
    let messages: Vec<Message> = sample.messages.iter().map(|said| said.message(&sample.attachments)).collect();
    let text = said.map(|message| message.plain_text()).filter(|text| !text.is_empty());
    let text = text.unwrap_or_else(|| last_text(messages.iter(), Role::Assistant));
    match (&sample.error, &sample.limit) {
        (Some(fault), _) => Outcome::Infrastructure { message: fault.message.clone() },
        (None, Some(limit)) => match limit.kind.as_str() {
            "token" => Outcome::Stopped { limit: Limit::Tokens, text },
            "time" | "working" => Outcome::Stopped { limit: Limit::Time, text },
            "cost" => Outcome::Stopped { limit: Limit::Money, text },
            "operator" => Outcome::Infrastructure { message: "an operator ended the sample".to_owned() },
            _ => Outcome::Stopped { limit: Limit::Steps, text },
        },
        (None, None) => Outcome::Answered { text },
    }
}

/// Nanoseconds since the Unix epoch; `otherwise` when `text` is no time after it.
fn instant(text: &str, otherwise: u64) -> u64 {
    let time = text.parse::<Timestamp>().ok().map(Timestamp::as_nanosecond);
    time.and_then(|ns| u64::try_from(ns).ok()).unwrap_or(otherwise)
}
