//! The one way an agent runs, in evaluation and in production: the driver of the run machine.

use std::time::Duration;

use loopwright_core::{
    ChatResponse, Clock, Cost, Delta, DeltaSink, Input, Model, ModelCall, ModelError, Outcome, Seed, SpanDetail,
    ToolCall, ToolStatus, Trace, TraceId,
};
use loopwright_knowledge::Retriever;
use serde_json::Value;

use crate::assemble::keep_within;
use crate::attempts::CountRestarts;
use crate::recorder::Recorder;
use crate::{AgentSpec, Approver, Assembled, Machine, Remote, Ruling, Step, Toolbox, assemble, attached, nearest};

/// Calls that are carried out of one model answer; the others are refused with a word.
const MOST_CALLS: usize = 16;

/// What a run may use of the world outside.
pub struct RunContext<'a> {
    /// Time.
    pub clock: &'a dyn Clock,
    /// Chance: the model's own, apart from the situation's.
    pub seed: Seed,
    /// What answers. Attached agents bring their own.
    pub model: &'a dyn Model,
    /// What finds passages, when the agent has knowledge.
    pub retriever: Option<&'a dyn Retriever>,
    /// What carries out tool calls, when the agent has tools.
    pub tools: Option<&'a dyn Toolbox>,
    /// Who is asked before something is changed.
    pub approver: &'a dyn Approver,
    /// The connection to an attached agent.
    pub remote: Option<&'a dyn Remote>,
    /// Who watches the answer grow.
    pub watcher: Option<&'a mut dyn DeltaSink>,
}

/// Runs the agent on `input` and returns the record. Never fails: what goes wrong is the outcome.
pub async fn run(mut context: RunContext<'_>, spec: &AgentSpec, input: &Input, id: TraceId) -> Trace {
    let mut recorder = Recorder::begin(context.clock, spec);
    let outcome = match &spec.endpoint {
        Some(_) => attached::run(&mut context, &mut recorder, input).await,
        None => drive(&mut context, &mut recorder, spec, input).await,
    };
    recorder.end(context.clock, id, outcome)
}

async fn drive(context: &mut RunContext<'_>, recorder: &mut Recorder, spec: &AgentSpec, input: &Input) -> Outcome {
    let started = context.clock.now_ns();
    let mut machine = Machine::new(input, spec.search.is_some() && context.retriever.is_some());
    loop {
        let elapsed = Duration::from_nanos(context.clock.now_ns().saturating_sub(started)).as_secs();
        match machine.next(&spec.limits, elapsed) {
            Step::Done(outcome) => return outcome,
            Step::Search { query } => search(context, recorder, spec, &mut machine, query).await,
            Step::CallModel => think(context, recorder, spec, &mut machine, elapsed).await,
            Step::CallTools(calls) if input.tools.is_empty() => {
                act(context, recorder, spec, &mut machine, calls).await;
            }
            // Tools that came with the input have no body: the calls themselves are the answer.
            Step::CallTools(calls) => {
                let text = machine.conversation.last_words();
                calls.into_iter().for_each(|call| record_brought(context.clock, recorder, call));
                machine.end(Outcome::Answered { text });
            }
        }
    }
}

async fn search(
    context: &mut RunContext<'_>,
    recorder: &mut Recorder,
    spec: &AgentSpec,
    machine: &mut Machine,
    query: String,
) {
    let (Some(retriever), Some(params)) = (context.retriever, &spec.search) else {
        return machine.found(vec![], 0);
    };
    let start = context.clock.now_ns();
    match retriever.retrieve(&query, params).await {
        Ok(mut retrieved) => {
            let dropped = keep_within(&mut retrieved, spec.context.knowledge_tokens);
            machine.found(retrieved.shown().to_vec(), dropped);
            let (passages, shown) = retrieved.into_parts();
            recorder.add(context.clock, start, SpanDetail::Retrieval { query, passages, shown }, None);
        }
        Err(error) => machine.end(Outcome::Infrastructure { message: error.to_string() }),
    }
}

async fn think(
    context: &mut RunContext<'_>,
    recorder: &mut Recorder,
    spec: &AgentSpec,
    machine: &mut Machine,
    elapsed: u64,
) {
    let question = Question {
        assembled: assemble(spec, &machine.conversation),
        left: Duration::from_secs(spec.limits.seconds.saturating_sub(elapsed)),
        watched: spec.model.votes == 1,
    };
    let mut samples = vec![];
    let mut cost = Cost::ZERO;
    for sample in 0..spec.model.votes {
        let seed = context.seed.derive("sample", &[&machine.steps.to_le_bytes(), &sample.to_le_bytes()]);
        match ask(context, recorder, &question, seed).await {
            Ok(response) => {
                cost += response.cost;
                samples.push(response);
            }
            Err(error) => return machine.end(outcome_of(error)),
        }
    }
    if let Some(winner) = most_frequent(&samples) {
        if let Some(watcher) = context.watcher.as_mut().filter(|_| !question.watched) {
            watcher.delta(Delta::Text(winner.message.plain_text()));
        }
        machine.answered(winner, cost);
    }
}

/// One question to the model.
struct Question {
    assembled: Assembled,
    /// Time left for it.
    left: Duration,
    /// Whether the answer is shown while it grows. Of a vote, only the winner is worth showing.
    watched: bool,
}

async fn ask(
    context: &mut RunContext<'_>,
    recorder: &mut Recorder,
    question: &Question,
    seed: Seed,
) -> Result<ChatResponse, ModelError> {
    let start = context.clock.now_ns();
    let Question { assembled, left, watched } = question;
    let watcher = context.watcher.as_mut().filter(|_| *watched);
    let watcher = watcher.map(|watcher| &mut **watcher as &mut dyn DeltaSink);
    let mut sink = CountRestarts::new(watcher);
    let call = ModelCall { request: &assembled.request, seed, deadline: Some(*left), deltas: Some(&mut sink) };
    let answer = context.model.chat(call).await;
    let detail = SpanDetail::Chat {
        request: Box::new(assembled.request.clone()),
        response: answer.as_ref().ok().cloned().map(Box::new),
        segments: assembled.segments.clone(),
        attempts: sink.attempts(),
    };
    let error = answer.as_ref().err().map(ToString::to_string);
    recorder.add(context.clock, start, detail, error);
    answer
}

/// The response given most often, the first of equals: calls count as equal by name and arguments, answers by their
/// words.
fn most_frequent(samples: &[ChatResponse]) -> Option<&ChatResponse> {
    let keys: Vec<String> = samples.iter().map(vote_key).collect();
    let count = |key: &String| keys.iter().filter(|other| *other == key).count();
    let best = (0..samples.len()).rev().max_by_key(|index| count(&keys[*index]))?;
    samples.get(best)
}

fn vote_key(response: &ChatResponse) -> String {
    let calls = &response.message.tool_calls;
    if calls.is_empty() {
        return response.message.plain_text().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    }
    calls.iter().map(|call| format!("{} {}", call.name, call.arguments)).collect::<Vec<_>>().join("\n")
}

/// A request that the provider refuses is the agent's doing; everything else says nothing about the agent.
fn outcome_of(error: ModelError) -> Outcome {
    let ModelError { kind, message, .. } = error;
    if kind.blames_request() { Outcome::Failed { message } } else { Outcome::Infrastructure { message } }
}

async fn act(
    context: &mut RunContext<'_>,
    recorder: &mut Recorder,
    spec: &AgentSpec,
    machine: &mut Machine,
    calls: Vec<ToolCall>,
) {
    let mut results = vec![];
    for (position, call) in calls.into_iter().enumerate() {
        let start = context.clock.now_ns();
        let done = if position < MOST_CALLS {
            carry_out(context, spec, &call).await
        } else {
            Executed::refused(ToolStatus::Denied, format!("at most {MOST_CALLS} calls are carried out at once"))
        };
        let Executed { arguments, result, status } = done;
        let detail = SpanDetail::Tool { call: call.clone(), arguments, result: result.clone(), status };
        recorder.add(context.clock, start, detail, None);
        results.push((call, result));
    }
    machine.acted(results);
}

struct Executed {
    arguments: Option<Value>,
    result: String,
    status: ToolStatus,
}

impl Executed {
    fn refused(status: ToolStatus, message: impl std::fmt::Display) -> Self {
        Self { arguments: None, result: format!("error: {message}"), status }
    }
}

async fn carry_out(context: &mut RunContext<'_>, spec: &AgentSpec, call: &ToolCall) -> Executed {
    let (Some(tool), Some(checked)) = (spec.tool(&call.name), spec.arguments(&call.name, &call.arguments)) else {
        return Executed::refused(ToolStatus::UnknownTool, unknown(spec, &call.name));
    };
    let arguments = match checked {
        Ok(arguments) => arguments,
        Err(fault) => return Executed::refused(ToolStatus::InvalidArguments, fault),
    };
    if tool.effect != crate::Effect::Read
        && let Ruling::Denied { reason } = context.approver.decide(tool, &arguments).await
    {
        return Executed {
            arguments: Some(Value::Object(arguments)),
            ..Executed::refused(ToolStatus::Denied, format!("the call was not approved: {reason}"))
        };
    }
    let Some(tools) = context.tools else {
        return Executed::refused(ToolStatus::Broken, "this agent has no world to act on");
    };
    let output = tools.call(tool, &arguments).await;
    Executed { arguments: Some(Value::Object(arguments)), result: output.text, status: output.status }
}

fn unknown(spec: &AgentSpec, name: &str) -> String {
    let near = nearest(name, spec.tools.iter().map(|tool| tool.name.as_str()));
    let all = || spec.tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>();
    let offer = if near.is_empty() { all() } else { near };
    if offer.is_empty() {
        "this agent has no tools".to_owned()
    } else {
        format!("there is no tool `{name}`; there is {}", offer.join(", "))
    }
}

fn record_brought(clock: &dyn Clock, recorder: &mut Recorder, call: ToolCall) {
    let arguments = serde_json::from_str(&call.arguments).ok();
    let status = if arguments.is_some() { ToolStatus::Done } else { ToolStatus::InvalidArguments };
    let result = "recorded, not carried out".to_owned();
    recorder.add(clock, clock.now_ns(), SpanDetail::Tool { call, arguments, result, status }, None);
}
