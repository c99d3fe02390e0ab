//! A circuit breaker: an endpoint that keeps failing is left alone for a while.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loopwright_core::ModelErrorKind;

/// When an endpoint is left alone, and for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BreakerRule {
    /// How far back calls are counted.
    pub window: Duration,
    /// Calls within the window below which nothing is concluded.
    pub least_calls: usize,
    /// The share of failures among them, from 0 to 1, at which the breaker opens.
    pub failures: f64,
    /// How long it stays open the first time; it doubles each time that the probe fails.
    pub rest: Duration,
    /// The longest that it stays open.
    pub longest_rest: Duration,
}

impl Default for BreakerRule {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(30),
            least_calls: 10,
            failures: 0.5,
            rest: Duration::from_secs(5),
            longest_rest: Duration::from_secs(120),
        }
    }
}

/// How a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls go through.
    Closed,
    /// Calls are refused until this time, in nanoseconds since the Unix epoch.
    Open {
        /// When the next probe is let through.
        until_ns: u64,
    },
    /// One call is out to see whether the endpoint is well again; others are refused.
    Probing,
}

/// A circuit breaker, shared by all calls to one endpoint.
///
/// It counts calls of the last [`BreakerRule::window`]; faults of the request (4xx) count as successes, since the
/// endpoint is well. When it has rested, one probe is let through: its success closes the breaker, its failure opens it
/// again, and when it is dropped (its caller hung up) the next call is the probe.
#[derive(Debug)]
pub struct Breaker {
    rule: BreakerRule,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: BreakerState,
    /// When calls ended, and whether they failed.
    calls: VecDeque<(u64, bool)>,
    /// How often it opened without closing since.
    opened: u32,
}

/// Leave to make one call. Dropping it without a verdict gives the leave back.
pub(crate) struct Permit<'a> {
    breaker: &'a Breaker,
    is_probe: bool,
    is_settled: bool,
}

impl Breaker {
    /// A closed breaker.
    pub fn new(rule: BreakerRule) -> Self {
        let inner = Inner { state: BreakerState::Closed, calls: VecDeque::new(), opened: 0 };
        Self { rule, inner: Mutex::new(inner) }
    }

    /// How it stands.
    pub fn state(&self) -> BreakerState {
        self.lock().state
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave for one call, or how long there is none.
    pub(crate) fn admit(&self, now_ns: u64) -> Result<Permit<'_>, Duration> {
        let mut inner = self.lock();
        let is_probe = match inner.state {
            BreakerState::Closed => false,
            BreakerState::Open { until_ns } if now_ns < until_ns => {
                return Err(Duration::from_nanos(until_ns - now_ns));
            }
            BreakerState::Open { .. } => true,
            BreakerState::Probing => return Err(self.rule.rest),
        };
        if is_probe {
            inner.state = BreakerState::Probing;
        }
        Ok(Permit { breaker: self, is_probe, is_settled: false })
    }

    fn settle(&self, now_ns: u64, is_probe: bool, has_failed: bool) {
        let mut inner = self.lock();
        if is_probe {
            if has_failed {
                self.open(&mut inner, now_ns)
            } else {
                Self::close(&mut inner)
            }
            return;
        }
        let since = now_ns.saturating_sub(nanoseconds(self.rule.window));
        inner.calls.push_back((now_ns, has_failed));
        while inner.calls.front().is_some_and(|(ended, _)| *ended < since) {
            inner.calls.pop_front();
        }
        let failed = inner.calls.iter().filter(|(_, has_failed)| *has_failed).count();
        let is_bad = failed as f64 >= self.rule.failures * inner.calls.len() as f64;
        // What ends while it is open began before, and says nothing new.
        if inner.state == BreakerState::Closed && has_failed && is_bad && inner.calls.len() >= self.rule.least_calls {
            self.open(&mut inner, now_ns);
        }
    }

    fn open(&self, inner: &mut Inner, now_ns: u64) {
        let doubled = self.rule.rest.saturating_mul(1 << inner.opened.min(20)).min(self.rule.longest_rest);
        inner.opened = inner.opened.saturating_add(1);
        inner.calls.clear();
        inner.state = BreakerState::Open { until_ns: now_ns.saturating_add(nanoseconds(doubled)) };
    }

    fn close(inner: &mut Inner) {
        inner.opened = 0;
        inner.calls.clear();
        inner.state = BreakerState::Closed;
    }
}

impl Permit<'_> {
    /// The call ended, with this failure or with none.
    pub(crate) fn settle(mut self, now_ns: u64, failure: Option<&ModelErrorKind>) {
        self.is_settled = true;
        let has_failed = failure.is_some_and(is_failure);
        self.breaker.settle(now_ns, self.is_probe, has_failed);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.is_probe && !self.is_settled {
            self.breaker.lock().state = BreakerState::Open { until_ns: 0 };
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Whether a failure says that the endpoint is not well. A rate limit says that it is, and that it is asked too much.
fn is_failure(kind: &ModelErrorKind) -> bool {
    kind.is_transient() && !matches!(kind, ModelErrorKind::RateLimited { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn breaker() -> Breaker {
        Breaker::new(BreakerRule { least_calls: 4, ..BreakerRule::default() })
    }

    fn calls(breaker: &Breaker, now_ns: u64, outcomes: &[bool]) {
        for has_failed in outcomes {
            let failure = has_failed.then_some(&ModelErrorKind::Network);
            breaker.admit(now_ns).ok().unwrap().settle(now_ns, failure);
        }
    }

    #[test]
    fn it_opens_for_a_share_of_failures_among_enough_calls() {
        let few = breaker();
        calls(&few, 0, &[true, true, true]);
        assert_eq!(few.state(), BreakerState::Closed, "three calls are too few");
        let half = breaker();
        calls(&half, 0, &[false, false, true, true]);
        assert_eq!(half.state(), BreakerState::Open { until_ns: 5 * SECOND });
        assert_eq!(half.admit(2 * SECOND).err(), Some(Duration::from_secs(3)));
        let old = breaker();
        calls(&old, 0, &[true, true, true]);
        calls(&old, 31 * SECOND, &[true]);
        assert_eq!(old.state(), BreakerState::Closed, "what is older than the window counts no more");
    }

    #[test]
    fn one_probe_at_a_time_closes_it_or_opens_it_for_longer() {
        let breaker = breaker();
        calls(&breaker, 0, &[true; 4]);
        let probe = breaker.admit(5 * SECOND).ok().unwrap();
        assert_eq!(breaker.state(), BreakerState::Probing);
        assert!(breaker.admit(5 * SECOND).is_err(), "a second probe");
        probe.settle(6 * SECOND, Some(&ModelErrorKind::Timeout));
        assert_eq!(breaker.state(), BreakerState::Open { until_ns: 16 * SECOND }, "twice as long");
        breaker.admit(16 * SECOND).ok().unwrap().settle(16 * SECOND, None);
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn a_probe_that_is_dropped_gives_its_leave_back() {
        let breaker = breaker();
        calls(&breaker, 0, &[true; 4]);
        drop(breaker.admit(5 * SECOND));
        assert!(breaker.admit(5 * SECOND).is_ok());
    }

    #[test]
    fn what_the_request_did_wrong_is_no_failure_of_the_endpoint() {
        for kind in
            [ModelErrorKind::BadRequest, ModelErrorKind::Auth, ModelErrorKind::RateLimited { retry_after: None }]
        {
            assert!(!is_failure(&kind), "{kind:?}");
        }
        for kind in [ModelErrorKind::Network, ModelErrorKind::Timeout, ModelErrorKind::Protocol] {
            assert!(is_failure(&kind), "{kind:?}");
        }
    }
}
