//! A second call beside the first when the first takes long.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    BoxFuture, CallEvent, ChatResponse, Clock, Cost, Embeddings, Model, ModelCall, ModelError, ModelInfo,
};

use super::asked_by_route::{Allowance, Member, embed_by_first, empty, info};
use crate::announce::announce;

/// A hedge: the first answer counts, and the other call is dropped. What a dropped call costs nobody says, so that the
/// money of a hedged answer is unknown. Answers come whole.
pub(super) struct Hedge {
    pub(super) reference: String,
    pub(super) after: Duration,
    pub(super) members: Vec<Member>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Hedge {
    async fn ask(&self, call: ModelCall<'_>) -> Result<ChatResponse, ModelError> {
        let ModelCall { request, seed, deadline, mut deltas } = call;
        let allowance = Allowance::new(&*self.clock, deadline);
        let [first, second] = self.members.as_slice() else { return Err(empty(&self.reference)) };
        let mut early = Box::pin(first.ask(request, seed, allowance.left(), None));
        tokio::select! {
            biased;
            answer = &mut early => return answer.inspect(|answer| announce(&answer.message, deltas.as_deref_mut())),
            () = self.clock.sleep(self.after) => {}
        }
        if let Some(sink) = &mut deltas {
            sink.happened(CallEvent::Hedged { to: second.reference(), after: self.after });
        }
        let seed = seed.derive("hedge", &[]);
        let mut late = Box::pin(second.ask(request, seed, allowance.left(), None));
        let answer = tokio::select! {
            biased;
            answer = &mut early => match answer { Ok(answer) => Ok(answer), Err(_) => late.await },
            answer = &mut late => match answer { Ok(answer) => Ok(answer), Err(_) => early.await },
        }?;
        announce(&answer.message, deltas);
        Ok(ChatResponse { cost: Cost { money: None, energy: None, ..answer.cost }, ..answer })
    }
}

impl Model for Hedge {
    fn info(&self) -> ModelInfo {
        ModelInfo { priced: false, ..info(&self.reference, &self.members) }
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        Box::pin(self.ask(call))
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
        embed_by_first(&self.members, texts)
    }
}
