//! The recorder: events of a run become facts of the ledger, many in one transaction.

use loopwright_core::{Commit, LedgerError, Queue, RunEvent};

/// Results that are committed together at most.
const BATCH: usize = 64;

/// Results that wait for their transaction.
pub(crate) struct Recorder<'a> {
    queue: &'a dyn Queue,
    waiting: Vec<Commit>,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(queue: &'a dyn Queue) -> Self {
        Self { queue, waiting: vec![] }
    }

    /// Takes down `event`; what came before it may be written with it.
    pub(crate) async fn take(&mut self, event: RunEvent) -> Result<(), LedgerError> {
        match event {
            RunEvent::Finished { lease, trial, scores } => self.waiting.push(Commit::Acted { lease, trial, scores }),
            RunEvent::Died { lease, message, cost, .. } => self.waiting.push(Commit::Dead { lease, message, cost }),
            _ => {}
        }
        if self.waiting.len() >= BATCH { self.write().await } else { Ok(()) }
    }

    /// Writes what waits.
    pub(crate) async fn write(&mut self) -> Result<(), LedgerError> {
        if !self.waiting.is_empty() {
            // A result whose claim has passed to another is dropped: the other one records it.
            self.queue.commit(std::mem::take(&mut self.waiting)).await?;
        }
        Ok(())
    }
}
