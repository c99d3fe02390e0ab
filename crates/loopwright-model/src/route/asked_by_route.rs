//! What the routes have in common: members, and how one of them is asked.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    BoxFuture, ChatRequest, ChatResponse, Clock, Cost, DeltaSink, Embeddings, Model, ModelCall, ModelError,
    ModelErrorKind, ModelInfo, Seed,
};

/// The longest that a route takes when its caller sets no deadline.
const LONGEST: Duration = Duration::from_secs(600);

/// One of the models of a route.
pub(crate) struct Member {
    /// Its name at its provider.
    pub(crate) name: String,
    pub(crate) model: Arc<dyn Model>,
}

impl Member {
    pub(crate) fn reference(&self) -> String {
        self.model.info().reference
    }

    /// Asks it what the route was asked, under its own name.
    pub(crate) async fn ask(
        &self,
        request: &ChatRequest,
        seed: Seed,
        deadline: Duration,
        deltas: Option<&mut dyn DeltaSink>,
    ) -> Result<ChatResponse, ModelError> {
        let request = ChatRequest { model: self.name.clone(), ..request.clone() };
        let deltas = deltas.map(|sink| sink as &mut dyn DeltaSink);
        self.model.chat(ModelCall { request: &request, seed, deadline: Some(deadline), deltas }).await
    }
}

/// Time that a route has, and what is left of it.
pub(crate) struct Allowance<'a> {
    clock: &'a dyn Clock,
    began: u64,
    limit: Duration,
}

impl<'a> Allowance<'a> {
    pub(crate) fn new(clock: &'a dyn Clock, deadline: Option<Duration>) -> Self {
        Self { clock, began: clock.now_ns(), limit: deadline.unwrap_or(LONGEST) }
    }

    pub(crate) fn left(&self) -> Duration {
        let gone = Duration::from_nanos(self.clock.now_ns().saturating_sub(self.began));
        self.limit.saturating_sub(gone)
    }

    /// What a member may take: all that is left for the last one, half of it for those before, so that one that hangs
    /// leaves time for the next.
    pub(crate) fn share(&self, is_last: bool) -> Duration {
        if is_last { self.left() } else { self.left() / 2 }
    }
}

/// What is known of a route: as much as its least known member.
pub(crate) fn info(reference: &str, members: &[Member]) -> ModelInfo {
    let known: Vec<ModelInfo> = members.iter().map(|member| member.model.info()).collect();
    let windows: Option<Vec<u64>> = known.iter().map(|info| info.window).collect();
    ModelInfo {
        reference: reference.to_owned(),
        simulated: known.iter().all(|info| info.simulated),
        window: windows.and_then(|windows| windows.into_iter().min()),
        priced: known.iter().all(|info| info.priced),
    }
}

/// Vectors of the first member alone: those of two models cannot be compared.
pub(crate) fn embed_by_first<'a>(
    members: &'a [Member],
    texts: &'a [String],
) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
    match members.first() {
        Some(member) => member.model.embed(texts),
        None => Box::pin(std::future::ready(Ok(Embeddings { vectors: vec![], cost: Cost::ZERO }))),
    }
}

/// The failure of a route without members, which no text can write.
pub(crate) fn empty(reference: &str) -> ModelError {
    let message = format!("`{reference}` holds no model");
    ModelError { kind: ModelErrorKind::Unsupported, message, status: None }
}
