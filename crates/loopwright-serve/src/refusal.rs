//! A refusal: why a request gets no answer.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::protocol::Protocol;

/// Why a request gets no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// For a program.
    pub(crate) code: &'static str,
    /// The path of the fault in the request, where there is one.
    pub(crate) param: Option<String>,
    /// For a person.
    pub(crate) message: String,
    /// When the caller may come again, where that is known.
    pub(crate) retry_after: Option<Duration>,
}

/// When a caller who was refused for want of room may come again.
const COME_AGAIN: Duration = Duration::from_secs(1);

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, param: None, message: message.into(), retry_after: None }
    }

    /// The request is wrong at `path`.
    pub(crate) fn at(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { param: Some(path.into()), ..Self::new(StatusCode::BAD_REQUEST, code, message) }
    }

    /// The front is closing.
    pub(crate) fn draining() -> Self {
        let message = "the server is shutting down; ask another one";
        Self { retry_after: Some(COME_AGAIN), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "draining", message) }
    }

    /// There is no room.
    pub(crate) fn overloaded() -> Self {
        let message = "as many requests run as may; come again";
        Self { retry_after: Some(COME_AGAIN), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", message) }
    }

    /// The run was cut off before it ended.
    pub(crate) fn cut_off() -> Self {
        let message = "the run was cut off before it ended";
        Self { retry_after: Some(COME_AGAIN), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "cut_off", message) }
    }

    /// The model was asked again after a part of its answer had been sent, and said something else.
    pub(crate) fn started_over() -> Self {
        let message =
            "the answer broke off and came out differently when it was asked for again; what was sent is void";
        Self::new(StatusCode::BAD_GATEWAY, "started_over", message)
    }
}

/// Written in OpenAI's shape, and kept beside it so that it can be written in another.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(Protocol::Chat.refusal(&self, ""))).into_response();
        let headers = response.headers_mut();
        if let Some(wait) = self.retry_after {
            // Whole seconds, rounded up: who comes too early is refused again.
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs_f64().ceil() as u64));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}
