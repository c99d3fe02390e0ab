//! An agent behind any HTTP server that takes and gives JSON.

use loopwright_core::{BoxFuture, Input, Seed};
use loopwright_model::{BodyError, Secret, connection_fault, whole_body};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::Deserialize as _;
use serde_json::Value;

use super::credentials::redacted;
use super::report::{CallReport, UsageReport, as_text};
use super::template::{Filling, fill};
use super::{LONGEST_ANSWER, Patience, failed, plain, portable, question, shortened, unreachable};
use crate::{Remote, RemoteError, Reply, ReportedCall};

/// The agent.
pub(super) struct HttpAgent {
    pub(super) url: String,
    pub(super) request: Value,
    pub(super) answer: String,
    pub(super) client: reqwest::Client,
    pub(super) patience: Patience,
    pub(super) secret: Option<Secret>,
}

impl Remote for HttpAgent {
    fn ask<'a>(&'a self, input: &'a Input, seed: Seed) -> BoxFuture<'a, Result<Reply, RemoteError>> {
        Box::pin(async move {
            let reply = self.patience.wait(self.exchange(input, seed)).await;
            reply.map_err(|error| redacted(error, self.secret.as_ref()))
        })
    }
}

impl HttpAgent {
    async fn exchange(&self, input: &Input, seed: Seed) -> Result<Reply, RemoteError> {
        let filling = Filling { input: question(input), messages: plain(&input.messages), seed: portable(seed) };
        let body = fill(&self.request, &filling).map_err(|error| failed(error.to_string()))?;
        let request = self.client.post(&self.url).header(CONTENT_TYPE, "application/json");
        let request = request.header(ACCEPT, "application/json").body(body.to_string());
        let mut response = request.send().await.map_err(|error| unreachable(connection_fault(error)))?;
        let status = response.status();
        let body = whole_body(&mut response, LONGEST_ANSWER).await.map_err(unread)?;
        if !status.is_success() {
            return Err(of_status(status, &body));
        }
        self.reply(&body)
    }

    fn reply(&self, body: &[u8]) -> Result<Reply, RemoteError> {
        let came = || shortened(&String::from_utf8_lossy(body));
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| failed(format!("the agent's answer is not JSON ({error}): {}", came())))?;
        let answer = value
            .pointer(&self.answer)
            .filter(|answer| !answer.is_null())
            .ok_or_else(|| failed(format!("the agent's answer has nothing at `{}`: {}", self.answer, came())))?;
        // A server knows nothing of this form unless it means to; what has another form is something else of its own.
        let calls = value.get("calls").and_then(|calls| Vec::<CallReport>::deserialize(calls).ok());
        let usage = value.get("usage").and_then(|usage| UsageReport::deserialize(usage).ok());
        Ok(Reply {
            answer: as_text(answer),
            calls: calls.unwrap_or_default().into_iter().map(ReportedCall::from).collect(),
            cost: usage.map(Into::into),
            chat: None,
        })
    }
}

/// Overload and faults of the server pass; every other refusal is the agent's answer to this request.
fn of_status(status: StatusCode, body: &[u8]) -> RemoteError {
    let said = shortened(&String::from_utf8_lossy(body));
    let message = format!("the agent answered with status {}: {said}", status.as_u16());
    let passes =
        status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT;
    if passes { unreachable(message) } else { failed(message) }
}

/// What is too long says something about the agent; a connection that breaks does not.
fn unread(error: BodyError) -> RemoteError {
    match error {
        BodyError::Broken { message } => unreachable(message),
        BodyError::TooLong { limit } => failed(format!("the agent's answer is longer than {limit} bytes")),
    }
}
