//! The clock of the machine.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use loopwright_core::{BoxFuture, Clock};

/// The machine's wall clock, kept from going back. Sleeps on the timer of the runtime.
#[derive(Debug, Default)]
pub struct SystemClock {
    latest_ns: AtomicU64,
}

impl Clock for SystemClock {
    fn now_ns(&self) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "this is where the time of the machine enters")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
        self.latest_ns.fetch_max(now, Ordering::AcqRel).max(now)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_goes_back() {
        let clock = SystemClock { latest_ns: AtomicU64::new(u64::MAX - 1) };
        assert_eq!(clock.now_ns(), u64::MAX - 1);
        assert!(SystemClock::default().now_ns() > 1_700_000_000_000_000_000);
    }
}
