//! One call of a model for a caller: asked, told, and recorded as a served trial.

use std::sync::Arc;

use axum::http::StatusCode;
use loopwright_core::{
    ActedTrial, ChatRequest, ChatResponse, Clock, Cost, Input, ModelCall, ModelError, ModelErrorKind, Outcome, Span,
    SpanDetail, Trace, TraceId, TrialKey,
};
use loopwright_model::open;

use crate::front::Inner;
use crate::gateway::ServedModel;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::served_agent::clock_of;
use crate::telling::{Answer, End};

/// What a model is to be asked.
pub(crate) struct ModelCallWork {
    pub(crate) model: Arc<ServedModel>,
    pub(crate) request: ChatRequest,
    pub(crate) key: TrialKey,
}

/// A call that is over.
struct Called<'a> {
    work: &'a ModelCallWork,
    result: Result<ChatResponse, ModelError>,
    start_ns: u64,
    end_ns: u64,
    attempts: u32,
}

/// Asks, and tells how it ended.
pub(crate) async fn call_model(front: Arc<Inner>, work: ModelCallWork, mut relay: Relay) {
    let clock = clock_of(&work.model.reference, &front.clock);
    let (begun_ns, start_ns) = (front.clock.now_ns(), clock.now_ns());
    let result = ask(&front, &work, &clock, &mut relay).await;
    let attempts = relay.attempts();
    let cost = result.as_ref().map_or(Cost::ZERO, |response| response.cost);
    let told = told(&result, &mut relay);
    record(&front, Called { work: &work, result, start_ns, end_ns: clock.now_ns(), attempts });
    let status = if attempts > 1 { vec!["retried"] } else { vec![] };
    let end = End { result: told, cost, attempts, status };
    front.metrics.ended(&end, front.clock.now_ns().saturating_sub(begun_ns));
    relay.end(end);
}

async fn ask(
    front: &Inner,
    work: &ModelCallWork,
    clock: &Arc<dyn Clock>,
    relay: &mut Relay,
) -> Result<ChatResponse, ModelError> {
    let model = open(&work.model.reference, Arc::clone(clock), &front.access).map_err(|error| ModelError {
        kind: ModelErrorKind::Auth,
        message: error.to_string(),
        status: None,
    })?;
    let call = ModelCall {
        request: &work.request,
        seed: front.seed.derive("served", &[work.key.0.as_bytes()]),
        deadline: Some(front.bounds.deadline),
        deltas: Some(relay),
    };
    model.chat(call).await
}

fn told(result: &Result<ChatResponse, ModelError>, relay: &mut Relay) -> Result<Answer, Refusal> {
    match result {
        Ok(response) => relay.rest(response.clone()),
        Err(error) => Err(refusal(error)),
    }
}

/// Why the caller gets no answer. What a provider says of the caller's own request is for the caller; what it says of
/// itself, or of the key that is used here, is not.
pub(crate) fn refusal(error: &ModelError) -> Refusal {
    let new = |status, code, message: &str| Refusal::new(status, code, message);
    match &error.kind {
        ModelErrorKind::BadRequest => new(StatusCode::BAD_REQUEST, "bad_request", &error.message),
        ModelErrorKind::ContextOverflow => new(StatusCode::BAD_REQUEST, "context_length_exceeded", &error.message),
        ModelErrorKind::Unsupported => new(StatusCode::BAD_REQUEST, "unsupported", &error.message),
        ModelErrorKind::RateLimited { retry_after } => Refusal {
            retry_after: *retry_after,
            ..new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "the model's provider takes no more requests now")
        },
        ModelErrorKind::Timeout => new(StatusCode::GATEWAY_TIMEOUT, "deadline", "the model did not answer in time"),
        ModelErrorKind::Budget => {
            new(StatusCode::TOO_MANY_REQUESTS, "insufficient_quota", "a budget does not allow the call")
        }
        ModelErrorKind::Auth => new(
            StatusCode::BAD_GATEWAY,
            "provider_refused_key",
            "the model's provider needs another key than is used here",
        ),
        ModelErrorKind::Protocol => {
            new(StatusCode::BAD_GATEWAY, "malformed", "the model's provider sent what is no answer")
        }
        _ => new(StatusCode::BAD_GATEWAY, "unreachable", "the model cannot be reached"),
    }
}

fn record(front: &Inner, called: Called<'_>) {
    let ModelCallWork { model, request, key } = called.work;
    let input = Input { messages: request.messages.clone(), tools: request.tools.clone(), setup: None, then: vec![] };
    let Ok(site) = model.log.site(*key, &input) else { return front.traces.count_dropped(1) };
    let attempts = called.attempts;
    let trace = trace(called);
    let trial = ActedTrial { site, attempts, cost: trace.cost(), trace, state: None };
    front.traces.add(Some(Arc::clone(&model.manifest)), trial);
}

/// The run, which is one call.
fn trace(called: Called<'_>) -> Trace {
    let Called { work, result, start_ns, end_ns, attempts } = called;
    let (response, error) = match result {
        Ok(response) => (Some(Box::new(response)), None),
        Err(error) => (None, Some(error)),
    };
    let outcome = match (&response, &error) {
        (Some(response), _) => Outcome::Answered { text: response.message.plain_text() },
        (None, Some(error)) if error.kind.blames_request() => Outcome::Failed { message: error.to_string() },
        (None, error) => {
            Outcome::Infrastructure { message: error.as_ref().map(ToString::to_string).unwrap_or_default() }
        }
    };
    let agent = SpanDetail::Agent { agent: work.model.reference.to_string(), variant: work.model.variant };
    let request = Box::new(work.request.clone());
    let chat = SpanDetail::Chat { request, response, segments: vec![], attempts };
    let error = error.map(|error| error.to_string());
    let span = |id, parent, detail| Span { id, parent, start_ns, end_ns, detail, error: error.clone() };
    Trace { id: TraceId::of(&work.key.0), outcome, spans: vec![span(0, None, agent), span(1, Some(0), chat)] }
}
