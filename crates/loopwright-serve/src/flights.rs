//! Flights: the requests that are under way, each a task that is owned here.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loopwright_core::Clock;
use tokio::task::JoinSet;

/// The requests that are under way.
pub(crate) struct Flights {
    most: usize,
    // `None` once the front takes no more.
    tasks: Mutex<Option<JoinSet<()>>>,
}

/// A request cannot start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grounded {
    /// As many run as may.
    Full,
    /// The front takes no more.
    Closed,
}

impl Flights {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, tasks: Mutex::new(Some(JoinSet::new())) }
    }

    /// Starts `work`. It goes on when the caller hangs up: its tools may have acted, so it must be recorded.
    pub(crate) fn start(&self, work: impl Future<Output = ()> + Send + 'static) -> Result<(), Grounded> {
        let mut tasks = self.lock();
        let tasks = tasks.as_mut().ok_or(Grounded::Closed)?;
        while tasks.try_join_next().is_some() {}
        if tasks.len() >= self.most {
            return Err(Grounded::Full);
        }
        tasks.spawn(work);
        Ok(())
    }

    /// Whether requests are taken.
    pub(crate) fn are_open(&self) -> bool {
        self.lock().is_some()
    }

    /// Requests that are under way.
    pub(crate) fn under_way(&self) -> usize {
        let mut tasks = self.lock();
        let Some(tasks) = tasks.as_mut() else { return 0 };
        while tasks.try_join_next().is_some() {}
        tasks.len()
    }

    /// Takes no more, and waits for those under way, at most for `longest`. Gives how many were cut off.
    pub(crate) async fn land(&self, clock: &dyn Clock, longest: Duration) -> u64 {
        let Some(mut tasks) = self.lock().take() else { return 0 };
        let landed = async { while tasks.join_next().await.is_some() {} };
        tokio::select! {
            () = landed => return 0,
            () = clock.sleep(longest) => {}
        }
        while tasks.try_join_next().is_some() {}
        let cut = tasks.len() as u64;
        tasks.shutdown().await;
        cut
    }

    fn lock(&self) -> MutexGuard<'_, Option<JoinSet<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
