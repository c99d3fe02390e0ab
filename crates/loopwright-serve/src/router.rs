//! The routes, and who may take them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::Front;
use crate::bounds::LONGEST_BODY;
use crate::converse::converse;
use crate::count_tokens::count_tokens;
use crate::embeddings::embeddings;
use crate::feedback::feedback;
use crate::guard::admit;
use crate::health::{livez, readyz, statusz};
use crate::metrics::metrics;
use crate::models::{models, one_model};
use crate::refusal::Refusal;
use crate::ticket::identify;

/// The routes of `front`: agents and models under `/v1`, the state of the process beside it. Whoever only asks whether it
/// lives, or takes requests, needs no key.
pub fn router(front: Front) -> Router {
    let guarded = Router::new()
        .route("/v1/chat/completions", post(converse))
        .route("/v1/messages", post(converse))
        .route("/v1/messages/count_tokens", post(count_tokens))
        .route("/v1/responses", post(converse))
        .route("/v1/embeddings", post(embeddings))
        .route("/v1/feedback", post(feedback))
        .route("/v1/models", get(models))
        .route("/v1/models/{*name}", get(one_model))
        .route("/statusz", get(statusz))
        .route("/metrics", get(metrics))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .route_layer(from_fn_with_state(front.clone(), admit));
    Router::new()
        .merge(guarded)
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .method_not_allowed_fallback(wrong_method)
        .fallback(nowhere)
        .layer(from_fn_with_state(front.clone(), identify))
        .with_state(front)
}

async fn nowhere(uri: Uri) -> Refusal {
    let path: String = uri.path().chars().take(100).collect();
    let message = format!(
        "there is no `{path}`; agents and models answer under `/v1/chat/completions`, `/v1/messages` and `/v1/responses`"
    );
    Refusal::new(StatusCode::NOT_FOUND, "unknown_path", message)
}

async fn wrong_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "this path takes another method")
}
