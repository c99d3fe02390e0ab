//! The queue of trials and jobs.

use std::time::Duration;

use loopwright_core::{
    BoxFuture, Commit, Job, JobLease, JobStatus, Lease, LedgerError, Progress, Queue, RunId, WorkerId,
};
use rusqlite::Connection;

use crate::lease::{Claim, ResultRow, deadline};
use crate::store::Store;
use crate::{job, lease};

impl Queue for Store {
    fn materialise<'a>(&'a self, run: &'a RunId, trials: u64) -> BoxFuture<'a, Result<(), LedgerError>> {
        let run = run.clone();
        self.write(move |database| lease::materialise(database, &run, trials))
    }

    fn claim<'a>(
        &'a self,
        run: &'a RunId,
        worker: &'a WorkerId,
        most: usize,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Vec<Lease>, LedgerError>> {
        let claim = Claim { run: run.clone(), worker: worker.clone(), most, lease };
        let clock = self.clock();
        self.write(move |database| lease::claim(database, &claim, clock.now_ns()))
    }

    fn heartbeat<'a>(&'a self, leases: &'a [Lease], lease: Duration) -> BoxFuture<'a, Result<Vec<Lease>, LedgerError>> {
        let (leases, clock) = (leases.to_vec(), self.clock());
        self.write(move |database| lease::prolong(database, &leases, deadline(clock.now_ns(), lease)))
    }

    fn commit(&self, results: Vec<Commit>) -> BoxFuture<'_, Result<Vec<bool>, LedgerError>> {
        Box::pin(async move {
            let rows = results.into_iter().map(ResultRow::of).collect::<Result<Vec<_>, _>>();
            let rows = rows.map_err(|fault| self.place(fault))?;
            self.write(move |database: &Connection| rows.iter().map(|row| row.record(database)).collect()).await
        })
    }

    fn revive<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<u64, LedgerError>> {
        let run = run.clone();
        self.write(move |database| lease::revive(database, &run))
    }

    fn progress<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Progress, LedgerError>> {
        let (run, clock) = (run.clone(), self.clock());
        self.read(move |database| lease::progress(database, &run, clock.now_ns()))
    }

    fn enqueue(&self, job: Job) -> BoxFuture<'_, Result<(), LedgerError>> {
        self.write(move |database| job::insert(database, &job))
    }

    fn claim_job<'a>(
        &'a self,
        worker: &'a WorkerId,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Option<JobLease>, LedgerError>> {
        let (worker, clock) = (worker.clone(), self.clock());
        self.write(move |database| {
            let now_ns = clock.now_ns();
            job::claim(database, &worker, now_ns, deadline(now_ns, lease))
        })
    }

    fn heartbeat_job<'a>(&'a self, lease: &'a JobLease, more: Duration) -> BoxFuture<'a, Result<bool, LedgerError>> {
        let (lease, clock) = (lease.clone(), self.clock());
        self.write(move |database| job::prolong(database, &lease, deadline(clock.now_ns(), more)))
    }

    fn finish_job(&self, lease: JobLease, status: JobStatus) -> BoxFuture<'_, Result<bool, LedgerError>> {
        self.write(move |database| job::finish(database, &lease, &status))
    }
}
