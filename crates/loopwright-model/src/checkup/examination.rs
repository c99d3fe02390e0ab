//! The model on the table: asked, and counted.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    CallEvent, ChatRequest, ChatResponse, Clock, Cost, Delta, DeltaSink, Model, ModelCall, ModelError, ModelInfo, Seed,
};

use super::CheckupLimit;

/// The model on the table.
pub(super) struct Examination {
    model: Arc<dyn Model>,
    clock: Arc<dyn Clock>,
    seed: Seed,
    limit: CheckupLimit,
    calls: u64,
    cost: Cost,
    /// The first answer, which several probes look at.
    pub(super) first: Option<Answered>,
}

/// An answer, and how it came.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    pub(super) response: ChatResponse,
    pub(super) took: Duration,
    pub(super) heard: Heard,
}

/// What was heard while the answer grew.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    pub(super) pieces: usize,
    pub(super) text: String,
    pub(super) retries: usize,
}

impl DeltaSink for Heard {
    fn delta(&mut self, delta: Delta) {
        self.pieces += 1;
        if let Delta::Text(text) = delta {
            self.text.push_str(&text);
        }
    }

    fn restart(&mut self) {
        self.pieces = 0;
        self.text.clear();
    }

    fn happened(&mut self, event: CallEvent) {
        if matches!(event, CallEvent::Retried { .. }) {
            self.retries += 1;
        }
    }
}

impl Examination {
    pub(super) fn new(model: Arc<dyn Model>, clock: Arc<dyn Clock>, seed: Seed, limit: CheckupLimit) -> Self {
        Self { model, clock, seed, limit, calls: 0, cost: Cost::ZERO, first: None }
    }

    pub(super) fn info(&self) -> ModelInfo {
        self.model.info()
    }

    pub(super) fn spent(&self) -> (u64, Cost) {
        (self.calls, self.cost)
    }

    /// Why nothing more may be asked; `None` when something may.
    pub(super) fn refusal(&self) -> Option<String> {
        let is_spent = self.cost.money.is_some_and(|money| money >= self.limit.money);
        if is_spent {
            return Some(format!("{} are spent", self.limit.money));
        }
        (self.cost.usage.total() >= self.limit.tokens).then(|| format!("{} tokens are spent", self.limit.tokens))
    }

    /// Asks `request`, streamed.
    pub(super) async fn ask(&mut self, request: &ChatRequest) -> Result<Answered, ModelError> {
        let (began, mut heard) = (self.clock.now_ns(), Heard::default());
        let seed = self.seed.derive("checkup", &[&self.calls.to_le_bytes()]);
        self.calls += 1;
        let deadline = Some(self.limit.call);
        let call = ModelCall { request, seed, deadline, deltas: Some(&mut heard) };
        let response = self.model.chat(call).await?;
        self.cost += response.cost;
        let took = Duration::from_nanos(self.clock.now_ns().saturating_sub(began));
        Ok(Answered { response, took, heard })
    }
}
