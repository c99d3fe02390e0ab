//! A conversation in, an answer out: `POST /v1/chat/completions`, `/v1/messages` and `/v1/responses`.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderName, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::Front;
use crate::answer_headers::{names, spent};
use crate::body::document;
use crate::caller::Caller;
use crate::flights::Grounded;
use crate::model_call::{ModelCallWork, call_model};
use crate::performance::{Performance, perform};
use crate::protocol::{Head, Protocol, Script};
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::route::Route;
use crate::stream::body;
use crate::telling::{Teller, Told};
use crate::ticket::Ticket;

pub(crate) async fn converse(
    State(front): State<Front>,
    caller: Extension<Caller>,
    ticket: Extension<Ticket>,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let asked_ns = front.inner.clock.now_ns();
    let protocol = Protocol::at(uri.path());
    let wanted = protocol.read(&document(&headers, body)?)?;
    let route = Route::find(&front.inner, &caller, &wanted.model)?;
    let (key, stream, reports_usage) = (ticket.key, wanted.stream, wanted.include_usage);
    let head = Head::new(route.name(&wanted.model), &route.variant(), &key, front.inner.clock.now_ns());
    let (to, mut told) = mpsc::unbounded_channel();
    let (simulated, passed_over) = (
        route.is_simulated(),
        match route {
            Route::Agent(agent) => {
                let (input, passed_over) = wanted.for_agent()?;
                let performance = Performance { agent, input, key, stream };
                start(&front, perform(Arc::clone(&front.inner), performance, Teller::new(to)))?;
                passed_over
            }
            Route::Model(model) => {
                let (request, passed_over) = wanted.for_model(model.reference.model())?;
                let work = ModelCallWork { model, request, key };
                start(&front, call_model(Arc::clone(&front.inner), work, Relay::new(to, stream)))?;
                passed_over
            }
        },
    );
    let answer = match stream {
        true => {
            let script = protocol.script(head, reports_usage);
            let first = told.recv().await;
            front.inner.metrics.first_piece(front.inner.clock.now_ns().saturating_sub(asked_ns));
            streamed(script, first, told)
        }
        false => whole(protocol, &head, told).await,
    };
    Ok((names(simulated, &key, &passed_over), answer).into_response())
}

/// Starts the work of a request.
pub(crate) fn start(front: &Front, work: impl Future<Output = ()> + Send + 'static) -> Result<(), Refusal> {
    front.inner.flights.start(work).map_err(|grounded| match grounded {
        Grounded::Closed => Refusal::draining(),
        Grounded::Full => Refusal::overloaded(),
    })
}

async fn whole(protocol: Protocol, head: &Head, mut told: UnboundedReceiver<Told>) -> Response {
    let end = loop {
        match told.recv().await {
            Some(Told::Delta(_)) => {}
            Some(Told::End(end)) => break end,
            None => return Refusal::cut_off().into_response(),
        }
    };
    let spent = spent(&end.cost, end.attempts, &end.status);
    match &end.result {
        Ok(answer) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (spent, kind, protocol.whole(head, answer, &end.cost)).into_response()
        }
        Err(refusal) => (spent, refusal.clone()).into_response(),
    }
}

/// A stream begins when there is something to tell: a failure before that is an answer with a status of its own. What an
/// answer costs is not known yet when its headers are sent; it stands in the last event, and in the ledger.
fn streamed(script: Box<dyn Script>, first: Option<Told>, told: UnboundedReceiver<Told>) -> Response {
    let first = match first {
        None => return Refusal::cut_off().into_response(),
        Some(first) => first,
    };
    if let Told::End(end) = &first
        && let Err(refusal) = &end.result
    {
        return (spent(&end.cost, end.attempts, &end.status), refusal.clone()).into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        // Some proxies hold back what they are not told to pass on at once.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, body(script, first, told)).into_response()
}
