//! The recorder: events of a run become facts of the ledger, many in one transaction.

use std::collections::BTreeSet;

use loopwright_core::{Commit, Fact, Ledger, LedgerError, Opinion, Queue, RunEvent, Score, TrialKey};

/// Results that are committed together at most.
const BATCH: usize = 64;

/// Results that wait for their transaction.
pub(crate) struct Recorder<'a> {
    queue: &'a dyn Queue,
    ledger: &'a dyn Ledger,
    waiting: Vec<Commit>,
    /// What was judged of trials later than they were acted.
    judged: Vec<(TrialKey, Vec<Fact>)>,
    /// Trials that another worker has recorded: what was judged of our own does not speak of them.
    refused: BTreeSet<TrialKey>,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(queue: &'a dyn Queue, ledger: &'a dyn Ledger) -> Self {
        Self { queue, ledger, waiting: vec![], judged: vec![], refused: BTreeSet::new() }
    }

    /// Takes down `event`; what came before it may be written with it.
    pub(crate) async fn take(&mut self, event: RunEvent) -> Result<(), LedgerError> {
        match event {
            RunEvent::Finished { lease, trial, scores } => self.waiting.push(Commit::Acted { lease, trial, scores }),
            RunEvent::Died { lease, message, cost, .. } => self.waiting.push(Commit::Dead { lease, message, cost }),
            RunEvent::Judged { site, scores, opinions } => self.judged.push((site.key, facts(scores, opinions))),
            _ => {}
        }
        if self.waiting.len() + self.judged.len() >= BATCH { self.write().await } else { Ok(()) }
    }

    /// Writes what waits.
    pub(crate) async fn write(&mut self) -> Result<(), LedgerError> {
        if !self.waiting.is_empty() {
            let keys: Vec<Option<TrialKey>> = self.waiting.iter().map(key).collect();
            // A result whose claim has passed to another is dropped: the other one records it.
            let recorded = self.queue.commit(std::mem::take(&mut self.waiting)).await?;
            let refused = keys.into_iter().zip(recorded).filter(|(_, recorded)| !recorded);
            self.refused.extend(refused.filter_map(|(key, _)| key));
        }
        let judged = std::mem::take(&mut self.judged);
        let ours = judged.into_iter().filter(|(trial, _)| !self.refused.contains(trial));
        let facts: Vec<Fact> = ours.flat_map(|(_, facts)| facts).collect();
        if facts.is_empty() { Ok(()) } else { self.ledger.append(facts).await }
    }
}

fn key(commit: &Commit) -> Option<TrialKey> {
    match commit {
        Commit::Acted { trial, .. } => Some(trial.site.key),
        Commit::Dead { .. } => None,
    }
}

fn facts(scores: Vec<Score>, opinions: Vec<Opinion>) -> Vec<Fact> {
    let opinions = opinions.into_iter().map(|opinion| Fact::Opined(Box::new(opinion)));
    opinions.chain(scores.into_iter().map(Fact::Scored)).collect()
}
