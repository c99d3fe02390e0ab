use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::BoxFuture;

/// Where time comes from.
pub trait Clock: Send + Sync {
    /// Now, nanoseconds since the Unix epoch. Never goes back within one clock.
    fn now_ns(&self) -> u64;

    /// Waits for `duration` of this clock's time.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// A clock that moves only when someone sleeps on it. Each trial on a simulated model has its own, so that the times in
/// its trace are the same in every repetition.
#[derive(Debug, Default)]
pub struct VirtualClock {
    now_ns: AtomicU64,
}

impl VirtualClock {
    /// A clock that starts at `now_ns`.
    pub fn starting_at(now_ns: u64) -> Self {
        Self { now_ns: AtomicU64::new(now_ns) }
    }
}

impl Clock for VirtualClock {
    fn now_ns(&self) -> u64 {
        self.now_ns.load(Ordering::Acquire)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let step = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.now_ns.fetch_add(step, Ordering::AcqRel);
        Box::pin(std::future::ready(()))
    }
}
