//! The queue between answers and the ledger: bounded, and written by one task.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::join_all;
use loopwright_core::{ActedTrial, Fact, Ledger};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

/// Traces that are handed to the ledger together.
const BATCH: usize = 64;

/// Traces on their way to the ledger.
pub(crate) struct TraceQueue {
    // `None` once it is flushed.
    entrance: Mutex<Option<Sender<ActedTrial>>>,
    writer: Mutex<JoinSet<()>>,
    counts: Arc<TraceCounts>,
}

/// What became of the traces so far.
#[derive(Default)]
struct TraceCounts {
    recorded: AtomicU64,
    dropped: AtomicU64,
    fault: Mutex<Option<String>>,
}

impl TraceQueue {
    /// An empty queue with room for `room` traces, and its writer.
    pub(crate) fn start(ledger: Arc<dyn Ledger>, room: usize) -> Self {
        let (entrance, exit) = mpsc::channel(room.max(1));
        let counts = Arc::new(TraceCounts::default());
        let mut writer = JoinSet::new();
        writer.spawn(write(exit, ledger, Arc::clone(&counts)));
        Self { entrance: Mutex::new(Some(entrance)), writer: Mutex::new(writer), counts }
    }

    /// Takes `trial` without waiting: where there is no room it is dropped and counted.
    pub(crate) fn add(&self, trial: ActedTrial) {
        let entrance = lock(&self.entrance);
        if entrance.as_ref().is_none_or(|entrance| entrance.try_send(trial).is_err()) {
            self.count_dropped(1);
        }
    }

    /// Writes what waits. Traces that come later are dropped.
    pub(crate) async fn flush(&self) {
        drop(lock(&self.entrance).take());
        let mut writer = std::mem::take(&mut *lock(&self.writer));
        while writer.join_next().await.is_some() {}
    }

    /// Traces that were lost elsewhere.
    pub(crate) fn count_dropped(&self, number: u64) {
        self.counts.dropped.fetch_add(number, Ordering::Relaxed);
    }

    /// Traces that are in the ledger.
    pub(crate) fn recorded(&self) -> u64 {
        self.counts.recorded.load(Ordering::Relaxed)
    }

    /// Traces that are lost.
    pub(crate) fn dropped(&self) -> u64 {
        self.counts.dropped.load(Ordering::Relaxed)
    }

    /// Why the ledger refused a trace, the last time that it did.
    pub(crate) fn fault(&self) -> Option<String> {
        lock(&self.counts.fault).clone()
    }
}

/// Each trace is a request of its own, so that a bad one never takes its neighbours with it; a ledger that can commits
/// what it is given together.
async fn write(mut exit: Receiver<ActedTrial>, ledger: Arc<dyn Ledger>, counts: Arc<TraceCounts>) {
    let mut batch = Vec::with_capacity(BATCH);
    while exit.recv_many(&mut batch, BATCH).await > 0 {
        let appends = batch.drain(..).map(|trial| ledger.append(vec![Fact::Acted(Box::new(trial))]));
        for end in join_all(appends).await {
            match end {
                Ok(()) => counts.recorded.fetch_add(1, Ordering::Relaxed),
                Err(error) => {
                    *lock(&counts.fault) = Some(error.to_string());
                    counts.dropped.fetch_add(1, Ordering::Relaxed)
                }
            };
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
