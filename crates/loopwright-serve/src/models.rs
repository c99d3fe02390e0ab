//! `GET /v1/models`: the agents, the aliases, and the models that may be asked by name.
//!
//! OpenAI and Anthropic list models at the same path, in forms that do not contradict each other: a list here is both.
//!
//! Source: OpenAI's API reference, "List models" and "Retrieve model"; Anthropic's, "List models" and "Get a model".

use axum::Extension;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::Front;
use crate::caller::Caller;
use crate::refusal::Refusal;
use crate::route::Route;

pub(crate) async fn models(State(front): State<Front>, caller: Extension<Caller>) -> Json<Value> {
    let inner = &*front.inner;
    let names = inner.agents.keys().chain(inner.models.names()).filter(|name| caller.may_ask(name));
    let models: Vec<Value> = names.map(|name| model(name, inner.opened_ns)).collect();
    let id = |model: Option<&Value>| model.map(|model| model["id"].clone());
    let (first, last) = (id(models.first()), id(models.last()));
    // All of them are on the one page there is.
    Json(json!({ "object": "list", "data": models, "has_more": false, "first_id": first, "last_id": last }))
}

/// `GET /v1/models/NAME`: whether there is one of this name, and it may be asked.
pub(crate) async fn one_model(
    State(front): State<Front>,
    caller: Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let route = Route::find(&front.inner, &caller, &name)?;
    Ok(Json(model(route.name(&name), front.inner.opened_ns)))
}

fn model(name: &str, opened_ns: u64) -> Value {
    let opened = Timestamp::from_nanosecond(i128::from(opened_ns)).unwrap_or_default();
    json!({
        "id": name,
        "object": "model",
        "created": opened.as_second(),
        "owned_by": "loopwright",
        "type": "model",
        "display_name": name,
        // Whole seconds, as in `created`.
        "created_at": Timestamp::from_second(opened.as_second()).unwrap_or_default().to_string(),
    })
}
