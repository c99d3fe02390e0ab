//! One of several models, drawn by weight.

use loopwright_core::{
    BoxFuture, CallEvent, ChatRequest, ChatResponse, DeltaSink, Embeddings, Model, ModelCall, ModelError, ModelInfo,
    Seed,
};

use super::asked_by_route::{Member, embed_by_first, empty, info};

/// A weighted split. The draw depends on the call's seed alone, so that a run can be repeated.
pub(super) struct Split {
    pub(super) reference: String,
    pub(super) weights: Vec<u32>,
    pub(super) members: Vec<Member>,
}

impl Split {
    fn drawn(&self, seed: Seed) -> Option<&Member> {
        let sum: u64 = self.weights.iter().map(|weight| u64::from(*weight)).sum();
        // The remainder's bias is below 2⁻³¹ at any weights.
        let mut left = seed.derive("split", &[self.reference.as_bytes()]).0.checked_rem(sum)?;
        let mut weighted = self.weights.iter().zip(&self.members);
        weighted.find_map(|(weight, member)| match left.checked_sub(u64::from(*weight)) {
            Some(rest) => {
                left = rest;
                None
            }
            None => Some(member),
        })
    }
}

impl Model for Split {
    fn info(&self) -> ModelInfo {
        info(&self.reference, &self.members)
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        let ModelCall { request, seed, deadline, mut deltas } = call;
        let Some(member) = self.drawn(seed).or(self.members.first()) else {
            return Box::pin(std::future::ready(Err(empty(&self.reference))));
        };
        Box::pin(async move {
            if let Some(sink) = &mut deltas {
                sink.happened(CallEvent::Chosen { model: member.reference() });
            }
            let request = ChatRequest { model: member.name.clone(), ..request.clone() };
            let deltas = deltas.map(|sink| sink as &mut dyn DeltaSink);
            member.model.chat(ModelCall { request: &request, seed, deadline, deltas }).await
        })
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
        embed_by_first(&self.members, texts)
    }
}
