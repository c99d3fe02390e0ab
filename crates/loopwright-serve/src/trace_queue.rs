//! The queue between answers and the ledger: bounded, and written by one task.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::join_all;
use loopwright_core::{ActedTrial, Fact, Ledger, RunId, RunManifest};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

/// Traces that are handed to the ledger together.
const BATCH: usize = 64;

/// Traces on their way to the ledger.
pub(crate) struct TraceQueue {
    // `None` once it is flushed.
    entrance: Mutex<Option<Sender<Entry>>>,
    writer: Mutex<JoinSet<()>>,
    counts: Arc<TraceCounts>,
}

/// A trace, and the run that it belongs to where that may not have begun yet.
struct Entry {
    run: Option<Arc<RunManifest>>,
    trial: ActedTrial,
}

/// What became of the traces so far.
#[derive(Default)]
struct TraceCounts {
    /// Runs that were begun here.
    begun: Mutex<BTreeSet<RunId>>,
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

    /// Takes `trial` without waiting: where there is no room it is dropped and counted. Its `run` is begun before it is
    /// written, if that has not been done.
    pub(crate) fn add(&self, run: Option<Arc<RunManifest>>, trial: ActedTrial) {
        let entrance = lock(&self.entrance);
        if entrance.as_ref().is_none_or(|entrance| entrance.try_send(Entry { run, trial }).is_err()) {
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

    /// Runs that were begun here.
    pub(crate) fn begun(&self) -> Vec<RunId> {
        lock(&self.counts.begun).iter().cloned().collect()
    }

    /// Traces that wait.
    pub(crate) fn waiting(&self) -> usize {
        lock(&self.entrance).as_ref().map_or(0, |entrance| entrance.max_capacity() - entrance.capacity())
    }

    /// Why the ledger refused a trace, the last time that it did.
    pub(crate) fn fault(&self) -> Option<String> {
        lock(&self.counts.fault).clone()
    }
}

/// Each trace is a request of its own, so that a bad one never takes its neighbours with it; a ledger that can commits
/// what it is given together.
async fn write(mut exit: Receiver<Entry>, ledger: Arc<dyn Ledger>, counts: Arc<TraceCounts>) {
    let mut batch = Vec::with_capacity(BATCH);
    while exit.recv_many(&mut batch, BATCH).await > 0 {
        for run in batch.iter().filter_map(|entry| entry.run.as_ref()) {
            begin(run, ledger.as_ref(), &counts).await;
        }
        let appends = batch.drain(..).map(|entry| ledger.append(vec![Fact::Acted(Box::new(entry.trial))]));
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

/// Begins `run` once. Where that fails its traces are refused and counted, and the next tries again.
async fn begin(run: &RunManifest, ledger: &dyn Ledger, counts: &TraceCounts) {
    if lock(&counts.begun).contains(&run.id) {
        return;
    }
    if ledger.append(vec![Fact::RunStarted(Box::new(run.clone()))]).await.is_ok() {
        lock(&counts.begun).insert(run.id.clone());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
