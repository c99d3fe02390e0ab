//! `POST /v1/embeddings`: vectors for texts, from a model.

use std::sync::Arc;

use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loopwright_core::{Cost, Embeddings, ModelError, ModelErrorKind};
use loopwright_model::open;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::Front;
use crate::answer_headers::{names, spent};
use crate::body::{document, shaped};
use crate::caller::Caller;
use crate::converse::start;
use crate::front::Inner;
use crate::gateway::ServedModel;
use crate::model_call::refusal;
use crate::refusal::Refusal;
use crate::route::Route;
use crate::text_or::TextOr;
use crate::ticket::Ticket;

/// Texts of one request.
const MOST_TEXTS: usize = 2048;

#[derive(Deserialize)]
struct Body {
    model: String,
    input: TextOr<String>,
    encoding_format: Option<Encoding>,
    dimensions: Option<u64>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Encoding {
    Float,
    Base64,
}

pub(crate) async fn embeddings(
    State(front): State<Front>,
    caller: Extension<Caller>,
    ticket: Extension<Ticket>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let Body { model: name, input, encoding_format, dimensions } = shaped(&document(&headers, body)?)?;
    let model = find(&front.inner, &caller, &name)?;
    let texts = texts(input)?;
    let (to, made) = oneshot::channel();
    let inner = Arc::clone(&front.inner);
    let asked = Arc::clone(&model);
    start(&front, async move {
        let _ = to.send(embed(&inner, &asked, &texts).await);
    })?;
    let made = made.await.map_err(|_| Refusal::cut_off())?;
    let made = made.map_err(|error| refusal(&error))?;
    let passed_over: &[&str] = if dimensions.is_some() { &["dimensions"] } else { &[] };
    let names = names(model.reference.is_simulated(), &ticket.key, passed_over);
    let body = list(&made, &name, encoding_format.unwrap_or(Encoding::Float));
    Ok((names, spent(&made.cost, 1, &[]), Json(body)).into_response())
}

fn find(front: &Inner, caller: &Caller, name: &str) -> Result<Arc<ServedModel>, Refusal> {
    match Route::find(front, caller, name)? {
        Route::Model(model) => Ok(model),
        Route::Agent(_) => {
            Err(Refusal::at("model", "unsupported_value", "`model`: an agent makes no embeddings; name a model"))
        }
    }
}

fn texts(input: TextOr<String>) -> Result<Vec<String>, Refusal> {
    let texts = match input {
        TextOr::Text(text) => vec![text],
        TextOr::Parts(texts) => texts,
    };
    match texts.len() {
        1..=MOST_TEXTS => Ok(texts),
        number => {
            let message = format!("`input`: holds {number} texts; 1 to {MOST_TEXTS} can be sent");
            Err(Refusal::at("input", "invalid_value", message))
        }
    }
}

async fn embed(front: &Inner, model: &ServedModel, texts: &[String]) -> Result<Embeddings, ModelError> {
    let opened = open(&model.reference, Arc::clone(&front.clock), &front.access);
    let opened =
        opened.map_err(|error| ModelError { kind: ModelErrorKind::Auth, message: error.to_string(), status: None })?;
    tokio::select! {
        made = opened.embed(texts) => made,
        () = front.clock.sleep(front.bounds.deadline) => Err(ModelError {
            kind: ModelErrorKind::Timeout,
            message: "no vectors in time".to_owned(),
            status: None,
        }),
    }
}

fn list(made: &Embeddings, model: &str, encoding: Encoding) -> Value {
    let Cost { usage, .. } = made.cost;
    let vector = |vector: &Vec<f32>| match encoding {
        Encoding::Float => json!(vector),
        // Little-endian, as OpenAI's clients read it.
        Encoding::Base64 => {
            json!(STANDARD.encode(vector.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>()))
        }
    };
    let entries = made.vectors.iter().enumerate();
    let entries = entries.map(|(index, v)| json!({ "object": "embedding", "index": index, "embedding": vector(v) }));
    let usage = json!({ "prompt_tokens": usage.input(), "total_tokens": usage.total() });
    json!({ "object": "list", "data": entries.collect::<Vec<_>>(), "model": model, "usage": usage })
}
