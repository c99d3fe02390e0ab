//! An agent behind a server that speaks the OpenAI chat completions protocol.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{BoxFuture, ChatRequest, ChatResponse, DeltaSink, Input, Model, ModelCall, Seed, ToolCall};
use loopwright_model::{ModelRef, RemoteModel, Secret};
use serde_json::Value;

use super::credentials::redacted;
use super::model_failure;
use crate::attached::ReportedChat;
use crate::attempts::CountRestarts;
use crate::{Remote, RemoteError, Reply, ReportedCall};

/// The agent: a model, as far as the protocol goes.
pub(super) struct OpenAiAgent {
    pub(super) model: Arc<dyn Model>,
    pub(super) name: String,
    pub(super) limit: Duration,
    pub(super) secret: Option<Secret>,
}

/// `model` at `base_url`; `None` when the address cannot be used.
pub(super) fn remote(base_url: &str, model: &str) -> Option<RemoteModel> {
    match format!("compatible:{model}@{base_url}").parse() {
        Ok(ModelRef::Remote(remote)) => Some(remote),
        _ => None,
    }
}

impl Remote for OpenAiAgent {
    fn ask<'a>(&'a self, input: &'a Input, seed: Seed) -> BoxFuture<'a, Result<Reply, RemoteError>> {
        Box::pin(async move {
            let request = ChatRequest {
                tools: input.tools.clone(),
                ..ChatRequest::new(self.name.clone(), input.messages.clone())
            };
            let mut sink = CountRestarts::new(None);
            let deltas = Some(&mut sink as &mut dyn DeltaSink);
            let call = ModelCall { request: &request, seed, deadline: Some(self.limit), deltas };
            let response = self.model.chat(call).await;
            let response = response.map_err(|error| redacted(model_failure(&error), self.secret.as_ref()))?;
            Ok(reply(request, response, sink.attempts()))
        })
    }
}

fn reply(request: ChatRequest, response: ChatResponse, attempts: u32) -> Reply {
    let calls = response.message.tool_calls.iter().map(reported).collect();
    let answer = response.message.plain_text();
    let chat = ReportedChat { request: Box::new(request), response: Box::new(response), attempts };
    Reply { answer, calls, cost: None, chat: Some(chat) }
}

/// The server asks for the call and nobody carries it out: the call itself is the answer.
fn reported(call: &ToolCall) -> ReportedCall {
    let args = serde_json::from_str(&call.arguments).unwrap_or_else(|_| Value::String(call.arguments.clone()));
    ReportedCall { tool: call.name.clone(), args, result: String::new() }
}
