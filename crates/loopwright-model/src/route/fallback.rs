//! The first model of a chain that does not fail.

use std::sync::Arc;

use loopwright_core::{
    BoxFuture, CallEvent, ChatResponse, Clock, DeltaSink, Embeddings, Model, ModelCall, ModelError, ModelErrorKind,
    ModelInfo,
};

use super::asked_by_route::{Allowance, Member, embed_by_first, empty, info};
use crate::watched::Watched;

/// A chain. Each but the last has half of the time that is left.
pub(super) struct Fallback {
    pub(super) reference: String,
    pub(super) members: Vec<Member>,
    pub(super) clock: Arc<dyn Clock>,
}

/// Whether another model may do what this one could not. What the request itself does wrong it does wrong everywhere,
/// but a model that does not exist is not the request's fault; and what one provider's policy refuses is not carried to
/// the next.
fn may_help(error: &ModelError) -> bool {
    match error.kind {
        ModelErrorKind::BadRequest => error.status == Some(404),
        ModelErrorKind::Policy => false,
        _ => true,
    }
}

impl Fallback {
    async fn ask(&self, call: ModelCall<'_>) -> Result<ChatResponse, ModelError> {
        let allowance = Allowance::new(&*self.clock, call.deadline);
        let mut sink = Watched::new(call.deltas);
        let mut members = self.members.iter().peekable();
        while let Some(member) = members.next() {
            let limit = allowance.share(members.peek().is_none());
            let deltas: &mut dyn DeltaSink = &mut sink;
            let error = match member.ask(call.request, call.seed, limit, Some(deltas)).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let next = members.peek().filter(|_| may_help(&error) && sink.is_free() && !allowance.left().is_zero());
            let Some(next) = next else { return Err(error) };
            sink.happened(CallEvent::FellBack { from: member.reference(), to: next.reference(), error });
            sink.restart();
        }
        Err(empty(&self.reference))
    }
}

impl Model for Fallback {
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
