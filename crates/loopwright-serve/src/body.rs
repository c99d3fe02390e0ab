//! The body of a request: JSON, declared as such, and its first fault named by its path.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bounds::LONGEST_BODY;
use crate::refusal::Refusal;

/// The document that `body` is.
///
/// # Errors
/// When it could not be read, is not declared as JSON, or is not JSON.
pub(crate) fn document(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Value, Refusal> {
    let body = body.map_err(unread)?;
    check_is_json(headers)?;
    serde_json::from_slice(&body)
        .map_err(|error| Refusal::at("", "invalid_json", format!("the body is not JSON: {error}")))
}

/// `document` as a `T`.
///
/// # Errors
/// With the path of the first fault.
pub(crate) fn shaped<T: DeserializeOwned>(document: &Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        let path = error.path().to_string();
        Refusal::at(path.clone(), "invalid_value", format!("`{path}`: {}", error.inner()))
    })
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
