//! A weaker model first, and a stronger one when its answer is not good enough by rule.

use std::sync::Arc;

use loopwright_core::{
    BoxFuture, CallEvent, ChatRequest, ChatResponse, Clock, Cost, Delta, DeltaSink, Embeddings, FinishReason, Model,
    ModelCall, ModelError, ModelInfo, ResponseFormat, ToolCall,
};
use serde_json::Value;

use super::asked_by_route::{Allowance, Member, embed_by_first, empty, info};
use crate::announce::announce;

/// A cascade. What the weaker models say is shown when it is found good, and so not while it grows. An answer's cost
/// holds what the answers before it cost.
pub(super) struct Cascade {
    pub(super) reference: String,
    pub(super) members: Vec<Member>,
    pub(super) clock: Arc<dyn Clock>,
}

/// What is wrong with an answer that a stronger model may do better; `None` when nothing is that can be seen.
fn shortcoming(request: &ChatRequest, response: &ChatResponse) -> Option<String> {
    let message = &response.message;
    let text = message.plain_text();
    match response.finish {
        FinishReason::Length => return Some("it was cut off".to_owned()),
        FinishReason::ContentFilter => return Some("it was withheld".to_owned()),
        _ => {}
    }
    if message.tool_calls.is_empty() && text.trim().is_empty() {
        return Some("it says nothing".to_owned());
    }
    let wants_json = request.response_format != ResponseFormat::Text && message.tool_calls.is_empty();
    if wants_json && serde_json::from_str::<Value>(&text).is_err() {
        return Some("it is not JSON".to_owned());
    }
    message.tool_calls.iter().find_map(|call| call_fault(request, call))
}

fn call_fault(request: &ChatRequest, call: &ToolCall) -> Option<String> {
    if !request.tools.iter().any(|tool| tool.name == call.name) {
        return Some(format!("it calls `{}`, which is not on offer", call.name));
    }
    let arguments = serde_json::from_str::<serde_json::Map<String, Value>>(&call.arguments);
    let is_empty = call.arguments.trim().is_empty();
    (arguments.is_err() && !is_empty).then(|| format!("the arguments of `{}` are no JSON object", call.name))
}

/// Passes on what happens, and nothing of the answer.
struct EventsOnly<'a>(Option<&'a mut dyn DeltaSink>);

impl DeltaSink for EventsOnly<'_> {
    fn delta(&mut self, _: Delta) {}

    fn restart(&mut self) {
        if let Some(sink) = &mut self.0 {
            sink.restart();
        }
    }

    fn wants_pieces(&self) -> bool {
        false
    }

    fn happened(&mut self, event: CallEvent) {
        if let Some(sink) = &mut self.0 {
            sink.happened(event);
        }
    }
}

impl Cascade {
    async fn ask(&self, call: ModelCall<'_>) -> Result<ChatResponse, ModelError> {
        let ModelCall { request, seed, deadline, mut deltas } = call;
        let allowance = Allowance::new(&*self.clock, deadline);
        let Some((last, weaker)) = self.members.split_last() else { return Err(empty(&self.reference)) };
        let mut spent = Cost::ZERO;
        for (at, member) in weaker.iter().enumerate() {
            let mut quiet = EventsOnly(deltas.as_mut().map(|sink| &mut **sink as &mut dyn DeltaSink));
            let answer = member.ask(request, seed, allowance.share(false), Some(&mut quiet)).await;
            let why = match answer {
                Ok(response) => match shortcoming(request, &response) {
                    None => {
                        announce(&response.message, deltas.as_deref_mut());
                        return Ok(ChatResponse { cost: spent + response.cost, ..response });
                    }
                    Some(why) => {
                        spent += response.cost;
                        why
                    }
                },
                Err(error) => error.message,
            };
            let to = self.members[at + 1].reference();
            if let Some(sink) = &mut deltas {
                sink.happened(CallEvent::Escalated { from: member.reference(), to, why });
            }
        }
        let deltas = deltas.map(|sink| sink as &mut dyn DeltaSink);
        let response = last.ask(request, seed, allowance.left(), deltas).await?;
        Ok(ChatResponse { cost: spent + response.cost, ..response })
    }
}

impl Model for Cascade {
    fn info(&self) -> ModelInfo {
        info(&self.reference, &self.members)
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        Box::pin(self.ask(call))
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
        embed_by_first(&self.members, texts)
    }
}
