//! How many calls are out at once: a limit that adapts, and a bounded queue before it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loopwright_core::{Clock, ModelErrorKind};
use tokio::sync::oneshot;

/// Whose calls go first when not all can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Priority {
    /// Work that can wait: evals, batches.
    Low,
    /// The default.
    #[default]
    Normal,
    /// Someone waits for the answer.
    High,
}

/// How many calls of one endpoint may be out, and how many may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateRule {
    /// Calls at once at most, and at the beginning.
    pub most: usize,
    /// Calls that may wait; beyond them the least urgent is refused.
    pub queue: usize,
    /// The longest that a call waits for its turn.
    pub longest_wait: Duration,
}

impl Default for GateRule {
    fn default() -> Self {
        Self { most: 256, queue: 1024, longest_wait: Duration::from_secs(60) }
    }
}

/// The gate before one endpoint, shared by all calls to it.
///
/// The limit follows what the provider can take: a rate limit, an overload or a timeout halves it, at most once a
/// second, and each answer raises it by a small step (additive increase, multiplicative decrease). While the provider
/// asks everybody to wait, nobody goes.
#[derive(Debug)]
pub struct Gate {
    rule: GateRule,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    limit: f64,
    busy: usize,
    waiting: BTreeMap<(Reverse<Priority>, u64), oneshot::Sender<Place>>,
    arrivals: u64,
    cut_ns: Option<u64>,
    closed_until_ns: u64,
}

/// A place among the calls that are out. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Place {
    gate: Arc<Gate>,
}

/// There is no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoPlace {
    /// Why not.
    pub(crate) why: &'static str,
    /// When to come back.
    pub(crate) retry_after: Duration,
}

const SOON: Duration = Duration::from_secs(1);

impl Gate {
    /// A gate that is wide open.
    pub fn new(rule: GateRule) -> Self {
        let inner = Inner {
            limit: rule.most.max(1) as f64,
            busy: 0,
            waiting: BTreeMap::new(),
            arrivals: 0,
            cut_ns: None,
            closed_until_ns: 0,
        };
        Self { rule, inner: Mutex::new(inner) }
    }

    /// Calls that may be out at once now.
    pub fn limit(&self) -> usize {
        self.lock().limit as usize
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place, waited for within `deadline`, and whether there was anything to wait for.
    pub(crate) async fn place(
        self: &Arc<Self>,
        clock: &dyn Clock,
        priority: Priority,
        deadline: Option<Duration>,
    ) -> Result<(Place, bool), NoPlace> {
        let limit = deadline.unwrap_or(self.rule.longest_wait).min(self.rule.longest_wait);
        let pause = self.closed_for(clock.now_ns());
        if let Some(pause) = pause {
            if pause >= limit {
                return Err(NoPlace { why: "the provider asks everybody to wait", retry_after: pause });
            }
            clock.sleep(pause).await;
        }
        let refused = |why| NoPlace { why, retry_after: SOON };
        match self.enter(priority) {
            None => Err(refused("too many calls wait for their turn")),
            Some(Turn::Now(place)) => Ok((place, pause.is_some())),
            Some(Turn::Later(turn)) => tokio::select! {
                biased;
                place = turn => match place {
                    Ok(place) => Ok((place, true)),
                    Err(_) => Err(refused("more urgent calls took the last places")),
                },
                () = clock.sleep(limit) => Err(refused("no turn came in time")),
            },
        }
    }

    /// A place at once, or a turn in the queue; `None` when the queue is full of what is as urgent.
    fn enter(self: &Arc<Self>, priority: Priority) -> Option<Turn> {
        let mut inner = self.lock();
        if inner.waiting.is_empty() && inner.has_room() {
            inner.busy += 1;
            return Some(Turn::Now(Place { gate: Arc::clone(self) }));
        }
        let mut dropped = None;
        if inner.waiting.len() >= self.rule.queue {
            let last = inner.waiting.keys().next_back().copied();
            let last = last.filter(|(Reverse(waiting), _)| *waiting < priority)?;
            dropped = inner.waiting.remove(&last);
        }
        let (sender, receiver) = oneshot::channel();
        inner.arrivals += 1;
        let arrival = inner.arrivals;
        inner.waiting.insert((Reverse(priority), arrival), sender);
        drop((inner, dropped));
        Some(Turn::Later(receiver))
    }

    /// Hands free places to whoever has waited longest among the most urgent.
    fn wake(self: &Arc<Self>) {
        loop {
            let mut inner = self.lock();
            if !inner.has_room() {
                return;
            }
            let Some((_, sender)) = inner.waiting.pop_first() else { return };
            inner.busy += 1;
            drop(inner);
            // One who has gone away hands the place back by dropping it.
            drop(sender.send(Place { gate: Arc::clone(self) }));
        }
    }

    /// Learns from how a call ended.
    pub(crate) fn learn(&self, now_ns: u64, error: Option<&ModelErrorKind>) {
        let mut inner = self.lock();
        match error {
            None => inner.limit = (inner.limit + 1.0 / inner.limit).min(self.rule.most.max(1) as f64),
            Some(kind) if is_pressure(kind) => {
                let pause = kind.retry_after().filter(|pause| *pause <= self.rule.longest_wait).unwrap_or_default();
                inner.closed_until_ns = inner.closed_until_ns.max(later(now_ns, pause));
                if inner.cut_ns.is_none_or(|cut| now_ns >= later(cut, Duration::from_secs(1))) {
                    inner.cut_ns = Some(now_ns);
                    inner.limit = (inner.limit.min(inner.busy as f64) / 2.0).max(1.0);
                }
            }
            Some(_) => {}
        }
    }

    /// The provider said that a limit is used up for so long; a longer time than calls wait for is not waited for.
    pub(crate) fn close_for(&self, now_ns: u64, pause: Duration) {
        if pause <= self.rule.longest_wait {
            let mut inner = self.lock();
            inner.closed_until_ns = inner.closed_until_ns.max(later(now_ns, pause));
        }
    }

    fn closed_for(&self, now_ns: u64) -> Option<Duration> {
        let left = self.lock().closed_until_ns.saturating_sub(now_ns);
        (left > 0).then(|| Duration::from_nanos(left))
    }
}

/// When a caller goes.
enum Turn {
    Now(Place),
    Later(oneshot::Receiver<Place>),
}

impl Inner {
    fn has_room(&self) -> bool {
        self.busy < self.limit as usize
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inner = self.gate.lock();
        inner.busy = inner.busy.saturating_sub(1);
        drop(inner);
        self.gate.wake();
    }
}

fn later(now_ns: u64, by: Duration) -> u64 {
    now_ns.saturating_add(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX))
}

fn is_pressure(kind: &ModelErrorKind) -> bool {
    matches!(kind, ModelErrorKind::RateLimited { .. } | ModelErrorKind::Overloaded { .. } | ModelErrorKind::Timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITED: ModelErrorKind = ModelErrorKind::RateLimited { retry_after: None };
    const SECOND: u64 = 1_000_000_000;

    fn gate(most: usize, queue: usize) -> Arc<Gate> {
        Arc::new(Gate::new(GateRule { most, queue, ..GateRule::default() }))
    }

    fn now(turn: Option<Turn>) -> Place {
        let Some(Turn::Now(place)) = turn else { panic!("has to wait") };
        place
    }

    fn wait(turn: Option<Turn>) -> oneshot::Receiver<Place> {
        let Some(Turn::Later(turn)) = turn else { panic!("need not wait") };
        turn
    }

    #[test]
    fn the_most_urgent_goes_first_and_then_who_came_first() {
        let gate = gate(1, 8);
        let place = now(gate.enter(Priority::Normal));
        let mut low = wait(gate.enter(Priority::Low));
        let mut first = wait(gate.enter(Priority::High));
        let mut second = wait(gate.enter(Priority::High));
        drop(place);
        let place = first.try_recv().unwrap();
        assert!(second.try_recv().is_err() && low.try_recv().is_err());
        drop(place);
        let place = second.try_recv().unwrap();
        drop(place);
        assert!(low.try_recv().is_ok());
    }

    #[test]
    fn one_who_went_away_takes_no_place() {
        let gate = gate(1, 8);
        let place = now(gate.enter(Priority::Normal));
        let (gone, mut stays) = (wait(gate.enter(Priority::Normal)), wait(gate.enter(Priority::Normal)));
        drop(gone);
        drop(place);
        assert!(stays.try_recv().is_ok());
        assert_eq!(gate.lock().busy, 0, "the place came back when the receiver's was dropped");
    }

    #[test]
    fn a_full_queue_refuses_the_least_urgent() {
        let gate = gate(1, 1);
        let _place = now(gate.enter(Priority::Normal));
        let mut low = wait(gate.enter(Priority::Low));
        assert!(gate.enter(Priority::Low).is_none());
        let _high = wait(gate.enter(Priority::High));
        assert_eq!(low.try_recv().err(), Some(oneshot::error::TryRecvError::Closed));
    }

    #[test]
    fn the_limit_falls_by_half_and_rises_by_steps() {
        let gate = gate(16, 8);
        let _places: Vec<Place> = (0..8).map(|_| now(gate.enter(Priority::Normal))).collect();
        gate.learn(0, Some(&LIMITED));
        assert_eq!(gate.limit(), 4, "half of the calls that were out");
        gate.learn(SECOND / 2, Some(&LIMITED));
        assert_eq!(gate.limit(), 4, "calls that fail together count once");
        gate.learn(2 * SECOND, Some(&ModelErrorKind::Timeout));
        gate.learn(4 * SECOND, Some(&ModelErrorKind::BadRequest));
        assert_eq!(gate.limit(), 2);
        (0..3).for_each(|_| gate.learn(5 * SECOND, None));
        assert_eq!(gate.limit(), 3);
        (0..1000).for_each(|_| gate.learn(5 * SECOND, None));
        assert_eq!(gate.limit(), 16);
    }

    #[test]
    fn nobody_goes_while_the_provider_asks_to_wait() {
        let gate = gate(16, 8);
        gate.learn(0, Some(&ModelErrorKind::RateLimited { retry_after: Some(Duration::from_secs(3)) }));
        assert_eq!(gate.closed_for(SECOND), Some(Duration::from_secs(2)));
        assert_eq!(gate.closed_for(3 * SECOND), None);
        gate.learn(0, Some(&ModelErrorKind::RateLimited { retry_after: Some(Duration::from_secs(3600)) }));
        assert_eq!(
            gate.closed_for(3 * SECOND),
            None,
            "an hour is not waited for; each call is told by its own failure"
        );
    }
}
