//! `GET /v1/models`: the agents, as models.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::Front;

pub(crate) async fn models(State(front): State<Front>) -> Json<Value> {
    let created = front.inner.opened_ns / 1_000_000_000;
    let model = |name: &String| json!({ "id": name, "object": "model", "created": created, "owned_by": "loopwright" });
    let models: Vec<Value> = front.inner.agents.keys().map(model).collect();
    Json(json!({ "object": "list", "data": models }))
}
