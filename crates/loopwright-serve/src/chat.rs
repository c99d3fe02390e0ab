//! `POST /v1/chat/completions`: a conversation in, the agent's answer out.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use loopwright_agent::nearest;
use loopwright_core::{Cost, TrialKey};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::Front;
use crate::bounds::LONGEST_BODY;
use crate::chat_body::ChatBody;
use crate::completion::Head;
use crate::flights::Grounded;
use crate::front::Inner;
use crate::performance::{Performance, perform};
use crate::refusal::Refusal;
use crate::served_agent::Ready;
use crate::stream::Script;
use crate::telling::{Teller, Told};
use crate::ticket::Ticket;

/// What comes before the name of an agent, where a caller must tell agents from models.
const ALIAS: &str = "agent:";

const TRIAL: HeaderName = HeaderName::from_static("x-loopwright-trial");
const SIMULATED: HeaderName = HeaderName::from_static("x-loopwright-simulated");
const PASSED_OVER: HeaderName = HeaderName::from_static("x-loopwright-passed-over");
const INPUT_TOKENS: HeaderName = HeaderName::from_static("x-loopwright-input-tokens");
const OUTPUT_TOKENS: HeaderName = HeaderName::from_static("x-loopwright-output-tokens");
const MICRO_DOLLARS: HeaderName = HeaderName::from_static("x-loopwright-micro-dollars");

pub(crate) async fn chat(
    State(front): State<Front>,
    ticket: Extension<Ticket>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let body = body.map_err(unread)?;
    check_is_json(&headers)?;
    let body = ChatBody::read(&body)?;
    let agent = find(&front.inner, &body.model)?;
    let (key, stream) = (ticket.key, body.stream);
    let object = if stream { "chat.completion.chunk" } else { "chat.completion" };
    let head = Head::new(&agent, &key, object, front.inner.clock.now_ns());
    let names = names(&agent, &key, &body.passed_over);
    let performance = Performance { agent, input: body.input, key, stream };
    let told = start(&front, performance)?;
    let answer = match stream {
        true => streamed(Script { head, reports_usage: body.include_usage }, told).await,
        false => whole(&head, told).await,
    };
    Ok((names, answer).into_response())
}

fn unread(rejection: BytesRejection) -> Refusal {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let message = format!("the body is longer than {LONGEST_BODY} bytes");
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
        }
        status => Refusal::new(status, "unread_body", "the body could not be read"),
    }
}

/// A page of another site cannot send this type unasked, so it cannot make a browser ask an agent.
fn check_is_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = "send the body as `content-type: application/json`";
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", message))
}

fn find(front: &Inner, model: &str) -> Result<Arc<Ready>, Refusal> {
    let name = model.strip_prefix(ALIAS).unwrap_or(model);
    front.agents.get(name).cloned().ok_or_else(|| {
        let known = || front.agents.keys().map(String::as_str);
        let any_of = |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        let near = nearest(name, known());
        let offer = match near.is_empty() {
            true => format!("there is {}", any_of(known().collect())),
            false => format!("did you mean {}?", any_of(near)),
        };
        let message = format!("there is no agent `{}`; {offer}", shown(name));
        Refusal { status: StatusCode::NOT_FOUND, ..Refusal::at("model", "model_not_found", message) }
    })
}

/// As much of a name as fits in a message.
fn shown(name: &str) -> String {
    name.chars().take(100).collect()
}

/// Starts the run, and gives what it tells.
fn start(front: &Front, performance: Performance) -> Result<UnboundedReceiver<Told>, Refusal> {
    let (to, told) = mpsc::unbounded_channel();
    let work = perform(Arc::clone(&front.inner), performance, Teller::new(to));
    match front.inner.flights.start(work) {
        Ok(()) => Ok(told),
        Err(Grounded::Closed) => Err(Refusal::draining()),
        Err(Grounded::Full) => {
            let message = "as many requests run as may; come again";
            Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", message))
        }
    }
}

/// The headers that every answer of an agent has.
fn names(agent: &Ready, key: &TrialKey, passed_over: &[&str]) -> HeaderMap {
    let mut names = HeaderMap::new();
    put(&mut names, TRIAL, &key.to_string()[..16]);
    if agent.model.is_simulated() {
        put(&mut names, SIMULATED, "true");
    }
    if !passed_over.is_empty() {
        put(&mut names, PASSED_OVER, &passed_over.join(", "));
    }
    names
}

fn put(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

async fn whole(head: &Head, mut told: UnboundedReceiver<Told>) -> Response {
    let end = loop {
        match told.recv().await {
            Some(Told::Piece(_)) => {}
            Some(Told::End(end)) => break end,
            None => return Refusal::cut_off().into_response(),
        }
    };
    let spent = spent(&end.cost);
    match &end.result {
        Ok(answer) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (spent, kind, head.whole(answer, end.cost.usage)).into_response()
        }
        Err(refusal) => (spent, refusal.clone()).into_response(),
    }
}

/// A stream begins when there is something to tell: a failure before that is an answer with a status of its own. What an
/// answer costs is not known yet when its headers are sent; it stands in the last chunk, and in the ledger.
async fn streamed(script: Script, mut told: UnboundedReceiver<Told>) -> Response {
    let first = match told.recv().await {
        None => return Refusal::cut_off().into_response(),
        Some(first) => first,
    };
    if let Told::End(end) = &first
        && let Err(refusal) = &end.result
    {
        return (spent(&end.cost), refusal.clone()).into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        // Some proxies hold back what they are not told to pass on at once.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, script.body(first, told)).into_response()
}

/// What the answer cost. A price that is not known is said to be unknown.
fn spent(cost: &Cost) -> HeaderMap {
    let mut headers = HeaderMap::new();
    put(&mut headers, INPUT_TOKENS, &cost.usage.input().to_string());
    put(&mut headers, OUTPUT_TOKENS, &cost.usage.output().to_string());
    put(&mut headers, MICRO_DOLLARS, &cost.money.map_or("unknown".to_owned(), |money| money.0.to_string()));
    headers
}
