//! A refusal: why a request gets no answer, in the shape of OpenAI's errors.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

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
}

/// Seconds after which a caller who was refused for want of room may come again.
const COME_AGAIN: HeaderValue = HeaderValue::from_static("1");

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, param: None, message: message.into() }
    }

    /// The request is wrong at `path`.
    pub(crate) fn at(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { param: Some(path.into()), ..Self::new(StatusCode::BAD_REQUEST, code, message) }
    }

    /// The front is closing.
    pub(crate) fn draining() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "draining", "the server is shutting down; ask another one")
    }

    /// The run was cut off before it ended.
    pub(crate) fn cut_off() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "cut_off", "the run was cut off before it ended")
    }

    /// The model was asked again after a part of its answer had been sent, and said something else.
    pub(crate) fn started_over() -> Self {
        let message =
            "the answer broke off and came out differently when it was asked for again; what was sent is void";
        Self::new(StatusCode::BAD_GATEWAY, "started_over", message)
    }

    /// The error object of the protocol.
    pub(crate) fn body(&self) -> Value {
        let kind = match self.status.as_u16() {
            401 => "authentication_error",
            400..500 => "invalid_request_error",
            _ => "server_error",
        };
        json!({ "error": { "message": self.message, "type": kind, "param": self.param, "code": self.code } })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE => response.headers_mut().insert(header::RETRY_AFTER, COME_AGAIN),
            StatusCode::UNAUTHORIZED => {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            }
            _ => None,
        };
        response
    }
}
