//! `GET /v1/models`: the agents, the aliases, and the models that may be asked by name.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::Front;

pub(crate) async fn models(State(front): State<Front>) -> Json<Value> {
    let inner = &*front.inner;
    let created = inner.opened_ns / 1_000_000_000;
    let model = |name: &String| json!({ "id": name, "object": "model", "created": created, "owned_by": "loopwright" });
    let models: Vec<Value> = inner.agents.keys().chain(inner.models.names()).map(model).collect();
    Json(json!({ "object": "list", "data": models }))
}
