//! The meter: no model is called in a run unless the budget has room for what the call may take.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use loopwright_agent::estimate_tokens;
use loopwright_core::{
    BoxFuture, ChatRequest, ChatResponse, Clock, Cost, Embeddings, Limit, MicroDollars, Model, ModelCall, ModelError,
    ModelErrorKind, ModelInfo, Usage,
};
use loopwright_model::{Access, ModelRef};

use crate::Pace;

/// What a session may still spend, shared by all its calls.
///
/// Before each call what it may take at the most is reserved; afterwards what it did take is put in its place. A request
/// that does not bound its output reserves the longest output that the session has seen, so that one answer may go beyond
/// the budget by as much as it is longer than all before it.
pub(crate) struct Meter {
    pace: Pace,
    deadline_ns: Option<u64>,
    clock: Arc<dyn Clock>,
    access: Arc<Access>,
    taken: Mutex<Taken>,
}

/// What is spent or reserved.
#[derive(Debug, Default)]
struct Taken {
    tokens: u64,
    micro_dollars: u64,
    /// Tokens of the longest answer.
    longest: u64,
    /// How many tokens a call read for each that was estimated, at the most: whose vocabulary it is, nobody says.
    read: f64,
}

/// What one call has reserved.
#[derive(Debug, Clone, Copy)]
struct Reserved {
    /// Tokens that the request was estimated to hold.
    estimated: u64,
    tokens: u64,
    micro_dollars: u64,
}

impl Meter {
    /// A meter that counts from now on the time of `clock`.
    pub(crate) fn new(pace: Pace, clock: Arc<dyn Clock>, access: Arc<Access>) -> Self {
        let deadline_ns = pace.time.map(|time| clock.now_ns().saturating_add(nanoseconds(time)));
        Self { pace, deadline_ns, clock, access, taken: Mutex::default() }
    }

    /// Whether there is time left.
    pub(crate) fn has_time(&self) -> bool {
        self.left() != Some(Duration::ZERO)
    }

    /// The time that is left; `None` without a bound.
    fn left(&self) -> Option<Duration> {
        self.deadline_ns.map(|deadline| Duration::from_nanos(deadline.saturating_sub(self.clock.now_ns())))
    }

    /// `model` under this meter, with the sign that shows when a call was refused.
    pub(crate) fn over(self: &Arc<Self>, model: Arc<dyn Model>, reference: &ModelRef) -> (Arc<dyn Model>, Refusal) {
        let refusal = Refusal::default();
        let Pace { money: None, tokens: None, time: None, .. } = self.pace else {
            let (meter, reference) = (Arc::clone(self), reference.clone());
            let metered = Metered { inner: model, reference, meter, refusal: refusal.clone() };
            return (Arc::new(metered), refusal);
        };
        (model, refusal)
    }

    fn reserve(&self, reference: &ModelRef, request: &ChatRequest) -> Result<Reserved, Limit> {
        if !self.has_time() {
            return Err(Limit::Time);
        }
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let estimated = input_tokens(request);
        let input = (estimated as f64 * taken.read.max(1.0)).ceil() as u64;
        let usage = Usage::new(input, 0, request.max_output_tokens.unwrap_or(taken.longest), 0);
        // Nobody knows before what the provider keeps; what it keeps costs more at some.
        let usage = usage.with_cache_written(input);
        let tokens = usage.total();
        let micro_dollars = match self.pace.money {
            // A price that is unknown keeps within no budget.
            Some(_) => self.access.price_of(reference, usage).ok_or(Limit::Money)?.0,
            None => 0,
        };
        if self.pace.tokens.is_some_and(|most| taken.tokens.saturating_add(tokens) > most) {
            return Err(Limit::Tokens);
        }
        let is_within = |most: MicroDollars| taken.micro_dollars.saturating_add(micro_dollars) <= most.0;
        if !self.pace.money.is_none_or(is_within) {
            return Err(Limit::Money);
        }
        taken.tokens += tokens;
        taken.micro_dollars += micro_dollars;
        Ok(Reserved { estimated, tokens, micro_dollars })
    }

    fn settle(&self, reserved: Reserved, cost: Cost) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let Taken { tokens, micro_dollars, longest, read } = &mut *taken;
        *tokens = tokens.saturating_sub(reserved.tokens).saturating_add(cost.usage.total());
        let money = cost.money.map_or(reserved.micro_dollars, |money| money.0);
        *micro_dollars = micro_dollars.saturating_sub(reserved.micro_dollars).saturating_add(money);
        *longest = (*longest).max(cost.usage.output());
        *read = read.max(cost.usage.input() as f64 / reserved.estimated.max(1) as f64);
    }
}

/// Shows whether a call was refused.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refusal(Arc<AtomicBool>);

impl Refusal {
    /// Whether one was.
    pub(crate) fn happened(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A model whose calls a meter lets through or refuses.
struct Metered {
    inner: Arc<dyn Model>,
    reference: ModelRef,
    meter: Arc<Meter>,
    refusal: Refusal,
}

impl Model for Metered {
    fn info(&self) -> ModelInfo {
        self.inner.info()
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        Box::pin(async move {
            let reserved = self.meter.reserve(&self.reference, call.request).map_err(|limit| {
                self.refusal.0.store(true, Ordering::Release);
                let message = format!("the budget of the run has no {limit} left for this call");
                ModelError { kind: ModelErrorKind::Budget, message, status: None }
            })?;
            let result = self.inner.chat(call).await;
            self.meter.settle(reserved, result.as_ref().map_or(Cost::ZERO, |response| response.cost));
            result
        })
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
        self.inner.embed(texts)
    }
}

/// About how many tokens the request is to its reader.
fn input_tokens(request: &ChatRequest) -> u64 {
    let said = request.messages.iter().map(|message| {
        let calls = message.tool_calls.iter().map(|call| estimate_tokens(&call.arguments));
        estimate_tokens(&message.plain_text()) + calls.sum::<u64>()
    });
    let offered = request
        .tools
        .iter()
        .map(|tool| estimate_tokens(&tool.description) + estimate_tokens(&tool.parameters.to_string()));
    said.chain(offered).sum()
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
