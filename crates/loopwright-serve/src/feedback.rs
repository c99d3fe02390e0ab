//! `POST /v1/feedback`: what a person judged of an answer, into the ledger as a label.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use loopwright_core::{Fact, Label, RequestId, TrialKey};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Front;
use crate::body::{document, shaped};
use crate::refusal::Refusal;

/// The fewest digits that name a trial: as many as `x-loopwright-trial` has.
const FEWEST_DIGITS: usize = 16;

/// What an answer's id begins with, by protocol.
const ID_MARKS: [&str; 3] = ["chatcmpl-", "msg_", "resp_"];

/// The longest text of a judgement, in bytes.
const LONGEST_TEXT: usize = 1 << 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// The answer: its id, its `x-loopwright-trial`, or the `x-request-id` that the server gave it.
    id: String,
    name: Option<String>,
    score: Option<f64>,
    label: Option<String>,
    comment: Option<String>,
    correction: Option<String>,
    author: Option<String>,
}

pub(crate) async fn feedback(
    State(front): State<Front>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let body: Body = shaped(&document(&headers, body)?)?;
    check(&body)?;
    let trial = trial(&front, &body.id).await?;
    let Body { name, score, label: word, comment, correction, author, .. } = body;
    let given_ns = front.inner.clock.now_ns();
    let label = Label { trial, name, score, word, comment, correction, author, given_ns };
    // Said to be there only once it is.
    front.inner.ledger.append(vec![Fact::Labelled(Box::new(label))]).await.map_err(|_| unwritten())?;
    Ok((StatusCode::CREATED, Json(json!({ "object": "feedback", "trial": trial.to_string() }))))
}

fn check(body: &Body) -> Result<(), Refusal> {
    if body.score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
        return Err(Refusal::at("score", "invalid_value", "`score`: must be from 0 to 1"));
    }
    let texts = [
        ("name", &body.name),
        ("label", &body.label),
        ("comment", &body.comment),
        ("correction", &body.correction),
        ("author", &body.author),
    ];
    let is_long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > LONGEST_TEXT);
    if let Some((field, _)) = texts.iter().find(|(_, text)| is_long(text)) {
        return Err(Refusal::at(*field, "invalid_value", format!("`{field}`: is longer than {LONGEST_TEXT} bytes")));
    }
    let judges = body.label.is_some() || body.comment.is_some() || body.correction.is_some();
    match body.score.is_some() || judges {
        true => Ok(()),
        false => Err(Refusal::at("", "invalid_value", "give a `score`, a `label`, a `comment` or a `correction`")),
    }
}

/// The trial that `id` names.
async fn trial(front: &Front, id: &str) -> Result<TrialKey, Refusal> {
    let digits = match RequestId::new(id) {
        Ok(request) if id.starts_with("req-") => TrialKey::served(&request).to_string(),
        _ => ID_MARKS.iter().find_map(|mark| id.strip_prefix(mark)).unwrap_or(id).to_owned(),
    };
    let is_key = digits.len() >= FEWEST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_key {
        let message =
            "`id`: must be the id of an answer, its `x-loopwright-trial`, or the `x-request-id` that was given to it";
        return Err(Refusal::at("id", "invalid_value", message));
    }
    let found = front.inner.ledger.find_trials(&digits.to_lowercase()).await.map_err(|_| unwritten())?;
    match found.as_slice() {
        [only] => Ok(*only),
        _ => {
            let message = "`id`: no answer is recorded under it; its trace may be on its way yet, or was dropped";
            Err(Refusal { status: StatusCode::NOT_FOUND, ..Refusal::at("id", "unknown_answer", message) })
        }
    }
}

fn unwritten() -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "ledger", "the ledger cannot be reached; send it again")
}
