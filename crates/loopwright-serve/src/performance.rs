//! One request performed: the agent runs, its caller is told, and its trace goes to the queue.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use loopwright_agent::{RunContext, Toolbox};
use loopwright_core::{
    ActedTrial, Cost, DeltaSink, FinishReason, Input, Limit, Outcome, SpanDetail, ToolStatus, Trace, TraceId, TrialKey,
};
use loopwright_knowledge::Retriever;
use loopwright_model::open;

use crate::front::Inner;
use crate::refusal::Refusal;
use crate::served_agent::{Ready, clock_of};
use crate::telling::{Answer, End, Teller};

/// What is to be performed.
pub(crate) struct Performance {
    pub(crate) agent: Arc<Ready>,
    pub(crate) input: Input,
    pub(crate) key: TrialKey,
    /// Whether the caller wants the answer while it grows.
    pub(crate) stream: bool,
}

/// Performs, and tells how it ended. Why it failed is in the trace alone: what providers and tools say of a failure may
/// name what a caller should not know.
pub(crate) async fn perform(front: Arc<Inner>, performance: Performance, mut teller: Teller) {
    let Performance { agent, input, key, stream } = performance;
    let start_ns = front.clock.now_ns();
    let watcher = stream.then_some(&mut teller);
    let end = match run(&front, &agent, &input, key, watcher).await {
        Some(trace) => {
            let end = end(&trace, &agent, &key);
            record(&front, &agent, &input, key, trace);
            end
        }
        None => End { result: Err(unopened()), cost: Cost::ZERO, attempts: 1, status: vec![] },
    };
    front.metrics.ended(&end, front.clock.now_ns().saturating_sub(start_ns));
    teller.end(end);
}

fn end(trace: &Trace, agent: &Ready, key: &TrialKey) -> End {
    let attempts = trace.spans.iter().map(|span| match span.detail {
        SpanDetail::Chat { attempts, .. } => attempts,
        _ => 1,
    });
    let attempts = attempts.max().unwrap_or(1);
    End { result: result(trace, agent, key), cost: trace.cost(), attempts, status: status(trace, attempts) }
}

/// What a user should know about the answer, in the order of its weight.
fn status(trace: &Trace, attempts: u32) -> Vec<&'static str> {
    let has = |status: ToolStatus| trace.tool_calls().any(|call| call.status == status);
    let signs = [
        ("stopped", matches!(trace.outcome, Outcome::Stopped { .. })),
        ("tool-broken", has(ToolStatus::Broken)),
        ("denied", has(ToolStatus::Denied)),
        ("retried", attempts > 1),
    ];
    signs.into_iter().filter(|(_, is_so)| *is_so).map(|(sign, _)| sign).collect()
}

async fn run(
    front: &Inner,
    agent: &Ready,
    input: &Input,
    key: TrialKey,
    watcher: Option<&mut Teller>,
) -> Option<Trace> {
    let clock = clock_of(&agent.model, &front.clock);
    let model = open(&agent.model, Arc::clone(&clock), &front.access).ok()?;
    let context = RunContext {
        clock: clock.as_ref(),
        seed: front.seed.derive("served", &[key.0.as_bytes()]),
        model: model.as_ref(),
        retriever: agent.index.as_deref().map(|index| index as &dyn Retriever),
        tools: agent.world.as_deref().map(|world| world as &dyn Toolbox),
        approver: front.approver.as_ref(),
        remote: None,
        watcher: watcher.map(|teller| teller as &mut dyn DeltaSink),
    };
    Some(loopwright_agent::run(context, &agent.spec, input, TraceId::of(&key.0)).await)
}

fn record(front: &Inner, agent: &Ready, input: &Input, key: TrialKey, trace: Trace) {
    match agent.log.site(key, input) {
        // Whoever waits for the answer pays for a failed attempt too, so there is but one.
        Ok(site) => front.traces.add(None, ActedTrial { site, attempts: 1, cost: trace.cost(), trace, state: None }),
        Err(_) => front.traces.count_dropped(1),
    }
}

fn result(trace: &Trace, agent: &Ready, key: &TrialKey) -> Result<Answer, Refusal> {
    let longest = Duration::from_secs(agent.spec.limits.seconds);
    match &trace.outcome {
        Outcome::Answered { text } => Ok(Answer { text: text.clone(), calls: vec![], finish: finish(trace) }),
        Outcome::Stopped { limit: Limit::Time, .. } => Err(late(longest)),
        // A limit of the agent ended it, as one of the model would have.
        Outcome::Stopped { text, .. } => Ok(Answer { text: text.clone(), calls: vec![], finish: FinishReason::Length }),
        Outcome::Infrastructure { .. } if Duration::from_nanos(trace.duration_ns()) >= longest => Err(late(longest)),
        Outcome::Infrastructure { .. } => {
            let message = format!("what the agent stands on could not be reached; {}", told_by(key));
            Err(Refusal::new(StatusCode::BAD_GATEWAY, "unreachable", message))
        }
        Outcome::Failed { .. } | Outcome::Untouched { .. } => Err(broken(key)),
    }
}

fn late(longest: Duration) -> Refusal {
    let message = format!("no answer within {} s", longest.as_secs());
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "deadline", message)
}

fn broken(key: &TrialKey) -> Refusal {
    let message = format!("the agent failed; {}", told_by(key));
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "agent_failed", message)
}

/// Nothing was run, so there is no trace to point at.
fn unopened() -> Refusal {
    Refusal::new(StatusCode::BAD_GATEWAY, "unreachable", "the agent's model cannot be reached")
}

fn told_by(key: &TrialKey) -> String {
    format!("`loopwright trace {}` says why", key.0.short())
}

/// Why the model stopped. That it asked for a tool last is not for the caller, who has none.
fn finish(trace: &Trace) -> FinishReason {
    let last = trace.chats().filter_map(|(_, response)| response).last();
    match last.map(|response| &response.finish) {
        Some(reason @ (FinishReason::Length | FinishReason::ContentFilter)) => reason.clone(),
        _ => FinishReason::Stop,
    }
}
