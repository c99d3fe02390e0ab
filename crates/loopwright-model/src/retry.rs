//! Retries: bounded, with one deadline across all of them.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    BoxFuture, CallEvent, ChatResponse, Clock, DeltaSink, Digest, Embeddings, Model, ModelCall, ModelError, ModelInfo,
    Seed,
};

use crate::RetryBudget;
use crate::watched::Watched;

/// How often and how patiently to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryRule {
    /// Attempts at most, the first included; at least 1.
    pub attempts: u32,
    /// The longest wait before the second attempt; it doubles with each further one.
    pub first_wait: Duration,
    /// The longest wait of all, and the longest that a provider may ask for.
    pub longest_wait: Duration,
}

impl Default for RetryRule {
    fn default() -> Self {
        Self { attempts: 4, first_wait: Duration::from_millis(500), longest_wait: Duration::from_secs(30) }
    }
}

/// A model that is asked again when a failure may pass ([`ModelErrorKind::is_transient`]).
///
/// Waits are drawn evenly from zero to the bound ("full jitter") by the call's seed, and never go beyond the call's
/// deadline. When the provider says how long to wait, that is waited, with jitter up to the first wait on top; when it
/// asks for more than there is, the failure is returned at once. Each new attempt is announced by
/// [`DeltaSink::restart`]; none follows one that has told what cannot be taken back ([`DeltaSink::can_restart`]).
#[derive(Clone)]
pub struct Retry {
    inner: Arc<dyn Model>,
    clock: Arc<dyn Clock>,
    rule: RetryRule,
    budget: Option<Arc<RetryBudget>>,
}

impl Retry {
    /// `inner`, tried by `rule` on the time of `clock`.
    pub fn new(inner: Arc<dyn Model>, clock: Arc<dyn Clock>, rule: RetryRule) -> Self {
        Self { inner, clock, rule, budget: None }
    }

    /// The same, whose retries are paid from `budget`.
    pub fn with_budget(self, budget: Arc<RetryBudget>) -> Self {
        Self { budget: Some(budget), ..self }
    }

    async fn chat_with_retries(&self, call: ModelCall<'_>) -> Result<ChatResponse, ModelError> {
        let began = self.clock.now_ns();
        let mut sink = Watched::new(call.deltas);
        self.earn();
        let mut attempt = 0;
        loop {
            attempt += 1;
            let once = ModelCall {
                request: call.request,
                seed: call.seed,
                deadline: left(call.deadline, self.elapsed(began)),
                deltas: Some(&mut sink),
            };
            let error = match self.inner.chat(once).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let wait = self.wait(&error, attempt, call.seed, left(call.deadline, self.elapsed(began)));
            let Some(wait) = wait.filter(|_| sink.is_free() && self.spend()) else {
                return Err(after(attempt, error));
            };
            sink.happened(CallEvent::Retried { error, wait });
            self.clock.sleep(wait).await;
            sink.restart();
        }
    }

    async fn embed_with_retries(&self, texts: &[String]) -> Result<Embeddings, ModelError> {
        let fields: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        let seed = Seed(Digest::of_fields("embed", &fields).to_u64());
        self.earn();
        let mut attempt = 0;
        loop {
            attempt += 1;
            let error = match self.inner.embed(texts).await {
                Ok(embeddings) => return Ok(embeddings),
                Err(error) => error,
            };
            let wait = self.wait(&error, attempt, seed, None);
            let Some(wait) = wait.filter(|_| self.spend()) else { return Err(after(attempt, error)) };
            self.clock.sleep(wait).await;
        }
    }

    fn earn(&self) {
        if let Some(budget) = &self.budget {
            budget.earn();
        }
    }

    fn spend(&self) -> bool {
        self.budget.as_ref().is_none_or(|budget| budget.spend())
    }

    fn elapsed(&self, began: u64) -> Duration {
        Duration::from_nanos(self.clock.now_ns().saturating_sub(began))
    }

    /// How long to wait before the next attempt; `None` when there is to be none.
    fn wait(&self, error: &ModelError, attempt: u32, seed: Seed, left: Option<Duration>) -> Option<Duration> {
        if attempt >= self.rule.attempts || !error.kind.is_transient() {
            return None;
        }
        let share = unit(seed.derive("retry", &[&attempt.to_le_bytes()]));
        let wait = match error.kind.retry_after() {
            Some(asked) if asked > self.rule.longest_wait => return None,
            Some(asked) => asked + self.rule.first_wait.mul_f64(share),
            None => {
                let doubled = self.rule.first_wait.saturating_mul(1 << (attempt - 1).min(20));
                doubled.min(self.rule.longest_wait).mul_f64(share)
            }
        };
        left.is_none_or(|left| wait < left).then_some(wait)
    }
}

fn left(deadline: Option<Duration>, elapsed: Duration) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_sub(elapsed))
}

/// An even draw from 0 to 1.
fn unit(seed: Seed) -> f64 {
    (seed.0 >> 11) as f64 / (1_u64 << 53) as f64
}

fn after(attempts: u32, error: ModelError) -> ModelError {
    if attempts < 2 {
        return error;
    }
    ModelError { message: format!("{} (after {attempts} attempts)", error.message), ..error }
}

impl Model for Retry {
    fn info(&self) -> ModelInfo {
        self.inner.info()
    }

    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
        Box::pin(self.chat_with_retries(call))
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
        Box::pin(self.embed_with_retries(texts))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use loopwright_core::{ChatRequest, Cost, Delta, FinishReason, Message, ModelErrorKind, Role, VirtualClock};

    use super::*;

    /// Fails as told, then answers; every attempt takes a second.
    struct Scripted {
        clock: Arc<VirtualClock>,
        failures: Mutex<Vec<ModelErrorKind>>,
        deadlines: Mutex<Vec<Option<Duration>>>,
    }

    impl Model for Scripted {
        fn info(&self) -> ModelInfo {
            ModelInfo { reference: "test".into(), simulated: true, window: None, priced: true }
        }

        fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>> {
            Box::pin(async move {
                self.deadlines.lock().unwrap().push(call.deadline);
                self.clock.sleep(Duration::from_secs(1)).await;
                match self.failures.lock().unwrap().pop() {
                    Some(kind) => Err(ModelError { kind, message: "no luck".into(), status: None }),
                    None => Ok(ChatResponse {
                        id: String::new(),
                        model: String::new(),
                        message: Message::text(Role::Assistant, "yes"),
                        finish: FinishReason::Stop,
                        cost: Cost::ZERO,
                    }),
                }
            })
        }
    }

    #[derive(Default)]
    struct Restarts(u32);

    impl DeltaSink for Restarts {
        fn delta(&mut self, _: Delta) {}
        fn restart(&mut self) {
            self.0 += 1;
        }
    }

    struct Outcome {
        result: Result<ChatResponse, ModelError>,
        attempts: usize,
        restarts: u32,
        /// Time that was not spent in attempts.
        waited: Duration,
        deadlines: Vec<Option<Duration>>,
    }

    fn tried(failures: &[ModelErrorKind], deadline: Option<Duration>, seed: u64) -> Outcome {
        let clock = Arc::new(VirtualClock::default());
        let failures = Mutex::new(failures.iter().rev().cloned().collect());
        let inner = Arc::new(Scripted { clock: clock.clone(), failures, deadlines: Mutex::default() });
        let retry = Retry::new(inner.clone(), clock.clone(), RetryRule::default());
        let request = ChatRequest::new("m", vec![]);
        let mut sink = Restarts::default();
        let call = ModelCall { request: &request, seed: Seed(seed), deadline, deltas: Some(&mut sink) };
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(result) = retry.chat(call).as_mut().poll(&mut context) else { panic!("waits") };
        let deadlines = inner.deadlines.lock().unwrap().clone();
        let waited = Duration::from_nanos(clock.now_ns()) - Duration::from_secs(deadlines.len() as u64);
        Outcome { result, attempts: deadlines.len(), restarts: sink.0, waited, deadlines }
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        let outcome = tried(&[ModelErrorKind::Provider, ModelErrorKind::Network], None, 1);
        assert!(outcome.result.is_ok());
        assert_eq!((outcome.attempts, outcome.restarts), (3, 2));
        assert!(outcome.waited <= Duration::from_millis(1500), "{:?}", outcome.waited);
        assert_eq!(outcome.waited, tried(&[ModelErrorKind::Provider, ModelErrorKind::Network], None, 1).waited);
        assert_ne!(outcome.waited, tried(&[ModelErrorKind::Provider, ModelErrorKind::Network], None, 2).waited);
    }

    #[test]
    fn what_will_not_pass_is_not() {
        for kind in
            [ModelErrorKind::Auth, ModelErrorKind::BadRequest, ModelErrorKind::ContextOverflow, ModelErrorKind::Budget]
        {
            let outcome = tried(std::slice::from_ref(&kind), None, 1);
            assert_eq!((outcome.attempts, outcome.restarts), (1, 0), "{kind:?}");
            assert_eq!(outcome.result.unwrap_err().message, "no luck");
        }
    }

    #[test]
    fn attempts_are_bounded() {
        let outcome = tried(&vec![ModelErrorKind::Provider; 9], None, 1);
        assert_eq!(outcome.attempts, 4);
        assert_eq!(outcome.result.unwrap_err().message, "no luck (after 4 attempts)");
    }

    #[test]
    fn one_deadline_for_all() {
        let outcome = tried(&vec![ModelErrorKind::Provider; 9], Some(Duration::from_millis(2100)), 1);
        assert_eq!(outcome.deadlines[0], Some(Duration::from_millis(2100)));
        assert!(outcome.deadlines[1].unwrap() <= Duration::from_millis(1100));
        assert!(outcome.result.is_err() && outcome.attempts <= 3);
    }

    #[test]
    fn a_provider_is_waited_for_as_it_asks() {
        let limited = |seconds| ModelErrorKind::RateLimited { retry_after: Some(Duration::from_secs(seconds)) };
        let outcome = tried(&[limited(7)], Some(Duration::from_secs(20)), 1);
        assert!(outcome.result.is_ok());
        assert!((7.0..7.5).contains(&outcome.waited.as_secs_f64()), "{:?}", outcome.waited);
        let too_long = tried(&[limited(7)], Some(Duration::from_secs(5)), 1);
        assert_eq!((too_long.attempts, too_long.waited), (1, Duration::ZERO));
        assert_eq!(tried(&[limited(3600)], None, 1).attempts, 1);
    }
}
