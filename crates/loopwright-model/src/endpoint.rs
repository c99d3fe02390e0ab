//! What all calls to one endpoint share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use loopwright_core::{
    BoxFuture, CallEvent, ChatResponse, Clock, DeltaSink, Embeddings, Model, ModelCall, ModelError, ModelErrorKind,
    ModelInfo,
};

use crate::breaker::Permit;
use crate::gate::Place;
use crate::{Breaker, BreakerRule, BreakerState, Gate, GateRule, Priority, RemoteModel, RetryBudget};

/// What endures, where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EndpointRule {
    /// When an endpoint is left alone.
    pub breaker: BreakerRule,
    /// How many calls are out at once.
    pub gate: GateRule,
}

/// What all calls to one endpoint share, whichever of its models they ask.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) breaker: Arc<Breaker>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) budget: Arc<RetryBudget>,
}

/// The endpoints that were called so far, by provider and address. Cheap to clone; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    known: Arc<Mutex<BTreeMap<String, Arc<Endpoint>>>>,
}

/// How an endpoint stands, for a status page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointState {
    /// Its provider and address, such as `openai@https://api.openai.com/v1`.
    pub name: String,
    /// How its breaker stands.
    pub breaker: BreakerState,
    /// Calls that may be out at once now.
    pub limit: usize,
}

impl Endpoints {
    /// The endpoint of `model`, made by `rule` when it is new.
    pub(crate) fn of(&self, model: &RemoteModel, rule: EndpointRule) -> Arc<Endpoint> {
        let name = format!("{}@{}", model.provider.name, model.base());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let endpoint = known.entry(name).or_insert_with(|| {
            Arc::new(Endpoint {
                breaker: Arc::new(Breaker::new(rule.breaker)),
                gate: Arc::new(Gate::new(rule.gate)),
                budget: Arc::default(),
            })
        });
        Arc::clone(endpoint)
    }

    /// How those stand that were called, by name.
    pub fn states(&self) -> Vec<EndpointState> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let state = |(name, endpoint): (&String, &Arc<Endpoint>)| EndpointState {
            name: name.clone(),
            breaker: endpoint.breaker.state(),
            limit: endpoint.gate.limit(),
        };
        known.iter().map(state).collect()
    }
}

/// A model whose calls go through what its endpoint shares: first the breaker, then the gate. What is refused fails at
/// once, as overloaded, and says when to come back.
pub(crate) struct AtEndpoint {
    pub(crate) inner: Arc<dyn Model>,
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) priority: Priority,
}

/// Leave to call.
struct Leave<'a> {
    permit: Permit<'a>,
    place: Place,
    is_late: bool,
    waited: Duration,
}

impl AtEndpoint {
    async fn leave(&self, deadline: Option<Duration>) -> Result<Leave<'_>, ModelError> {
        let began = self.clock.now_ns();
        let permit = self.endpoint.breaker.admit(began).map_err(|rest| {
            let why = format!("it failed so often that it is left alone for {:.1} s", rest.as_secs_f64());
            self.refused(&why, rest)
        })?;
        let place = self.endpoint.gate.place(&*self.clock, self.priority, deadline).await;
        let (place, is_late) = place.map_err(|none| self.refused(none.why, none.retry_after))?;
        Ok(Leave { permit, place, is_late, waited: Duration::from_nanos(self.clock.now_ns().saturating_sub(began)) })
    }

    fn refused(&self, why: &str, rest: Duration) -> ModelError {
        let message = format!("call `{}`: {why}", self.inner.info().reference);
        ModelError { kind: ModelErrorKind::Overloaded { retry_after: Some(rest) }, message, status: None }
    }

    fn settle<T>(&self, leave: Leave<'_>, result: &Result<T, ModelError>) {
        let (now, failure) = (self.clock.now_ns(), result.as_ref().err().map(|error| &error.kind));
        self.endpoint.gate.learn(now, failure);
        leave.permit.settle(now, failure);
        drop(leave.place);
    }

    async fn chat_with_leave(&self, call: ModelCall<'_>) -> Result<ChatResponse, ModelError> {
        let ModelCall { request, seed, deadline, mut deltas } = call;
        let leave = self.leave(deadline).await?;
        let waited = leave.waited;
        if let Some(sink) = deltas.as_mut().filter(|_| leave.is_late) {
            sink.happened(CallEvent::Queued { waited });
        }
        let deadline = deadline.map(|deadline| deadline.saturating_sub(waited));
        let deltas = deltas.map(|sink| sink as &mut dyn DeltaSink);
        let result = self.inner.chat(ModelCall { request, seed, deadline, deltas }).await;
        self.settle(leave, &result);
        result
    }

    async fn embed_with_leave(&self, texts: &[String]) -> Result<Embeddings, ModelError> {
        let leave = self.leave(None).await?;
        let result = self.inner.embed(texts).await;
        self.settle(leave, &result);
        result
    }
}

impl Model for AtEndpoint {
    fn info(&self) -> ModelInfo {
        self.inner.info()
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        Box::pin(self.chat_with_leave(call))
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
        Box::pin(self.embed_with_leave(texts))
    }
}
