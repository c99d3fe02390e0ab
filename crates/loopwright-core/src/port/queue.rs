use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{BoxFuture, LedgerError};
use crate::{ActedTrial, Cost, JobId, RunId, Score, WorkerId};

/// Trials and jobs that wait to be done. Executed at least once, recorded exactly once: a commit under a claim that
/// has expired and was given to another is refused.
pub trait Queue: Send + Sync {
    /// Makes the trials `0..trials` of `run` wait. A second call for the same run changes nothing.
    fn materialise<'a>(&'a self, run: &'a RunId, trials: u64) -> BoxFuture<'a, Result<(), LedgerError>>;

    /// Claims up to `most` trials in plan order for `lease`.
    fn claim<'a>(
        &'a self,
        run: &'a RunId,
        worker: &'a WorkerId,
        most: usize,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Vec<Lease>, LedgerError>>;

    /// Prolongs claims; returns those that still hold.
    fn heartbeat<'a>(&'a self, leases: &'a [Lease], lease: Duration) -> BoxFuture<'a, Result<Vec<Lease>, LedgerError>>;

    /// Records results, each with its claim, in one transaction. For each: whether it was recorded.
    fn commit(&self, results: Vec<Commit>) -> BoxFuture<'_, Result<Vec<bool>, LedgerError>>;

    /// Makes the dead trials of `run` wait once more; how many there were.
    fn revive<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<u64, LedgerError>>;

    /// How far a run is.
    fn progress<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Progress, LedgerError>>;

    /// Adds a job. A job with the same id changes nothing.
    fn enqueue(&self, job: Job) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// Claims the oldest waiting job.
    fn claim_job<'a>(
        &'a self,
        worker: &'a WorkerId,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Option<JobLease>, LedgerError>>;

    /// Prolongs a claim on a job; `false` when it no longer holds.
    fn heartbeat_job<'a>(&'a self, lease: &'a JobLease, more: Duration) -> BoxFuture<'a, Result<bool, LedgerError>>;

    /// Ends a job under its claim; `false` when the claim no longer holds.
    fn finish_job(&self, lease: JobLease, status: JobStatus) -> BoxFuture<'_, Result<bool, LedgerError>>;
}

/// A claim on one trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The run.
    pub run: RunId,
    /// Place in the plan.
    pub index: u64,
    /// Who claims.
    pub worker: WorkerId,
    /// Grows with each claim of this trial; an older fence cannot commit.
    pub fence: u64,
}

/// The result of a claimed trial.
#[derive(Debug, Clone)]
pub enum Commit {
    /// It was acted, and scored as far as scoring went.
    Acted {
        /// The claim.
        lease: Lease,
        /// What happened.
        trial: Box<ActedTrial>,
        /// What the metrics say.
        scores: Vec<Score>,
    },
    /// It died of infrastructure failures.
    Dead {
        /// The claim.
        lease: Lease,
        /// The last failure.
        message: String,
        /// What all attempts cost together: what was paid for is paid, whatever came of it.
        cost: Cost,
    },
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Trials that wait.
    pub ready: u64,
    /// Trials that someone works on.
    pub leased: u64,
    /// Trials with a result.
    pub done: u64,
    /// Trials that died.
    pub dead: u64,
}

/// Long work that someone asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Identity; asking twice with the same id asks once.
    pub id: JobId,
    /// What to do.
    pub kind: JobKind,
    /// When it was asked for, nanoseconds since the Unix epoch.
    pub asked_ns: u64,
}

/// What a job is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
#[non_exhaustive]
pub enum JobKind {
    /// Evaluate a suite.
    Eval {
        /// The suite.
        suite: String,
    },
    /// Find out why a run failed.
    Diagnose {
        /// The run.
        run: RunId,
    },
    /// Improve an agent.
    Improve {
        /// The suite it is measured by.
        suite: String,
    },
}

/// A claim on a job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobLease {
    /// The job.
    pub job: Job,
    /// Who claims.
    pub worker: WorkerId,
    /// Grows with each claim of this job.
    pub fence: u64,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum JobStatus {
    /// It was done.
    Done,
    /// It failed.
    Failed {
        /// Why.
        message: String,
    },
}
