//! `POST /v1/messages/count_tokens`: about how many tokens a conversation takes.

use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderName};
use axum::response::IntoResponse;
use loopwright_agent::estimate_tokens;
use loopwright_core::Part;
use serde_json::json;

use crate::Front;
use crate::body::document;
use crate::caller::Caller;
use crate::protocol::Protocol;
use crate::refusal::Refusal;
use crate::route::Route;
use crate::wanted::Wanted;

/// Says that the number is no count.
const ESTIMATE: HeaderName = HeaderName::from_static("x-loopwright-estimate");

pub(crate) async fn count_tokens(
    State(front): State<Front>,
    caller: Extension<Caller>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let wanted = Protocol::Messages.read(&document(&headers, body)?)?;
    Route::find(&front.inner, &caller, &wanted.model)?;
    Ok(([(ESTIMATE, "true")], Json(json!({ "input_tokens": estimate(&wanted) }))))
}

/// What is said, called and offered, at a quarter of a token a character. Pictures count for nothing.
fn estimate(wanted: &Wanted) -> u64 {
    let messages = wanted.said.iter().map(|said| &said.message);
    let said = messages.clone().flat_map(|message| &message.content).map(|part| match part {
        Part::Text { text } | Part::Reasoning { text } => estimate_tokens(text),
        _ => 0,
    });
    let called = messages.flat_map(|message| &message.tool_calls);
    let called = called.map(|call| estimate_tokens(&call.name) + estimate_tokens(&call.arguments));
    let offered = wanted.tools.iter().map(|tool| {
        let words = estimate_tokens(&tool.name) + estimate_tokens(&tool.description);
        words + estimate_tokens(&tool.parameters.to_string())
    });
    said.chain(called).chain(offered).sum()
}
