//! Jobs: long work that someone asked for.

use loopwright_core::{Job, JobLease, JobStatus, WorkerId};
use rusqlite::{Connection, Row, params};

use crate::column::{count, integer, json, parsed, to_json};
use crate::fault::Fault;

/// Adds a job, unless its id is known.
pub(crate) fn insert(database: &Connection, job: &Job) -> Result<(), Fault> {
    let sql = "INSERT INTO job (name, kind, asked_ns) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    database.prepare_cached(sql)?.execute(params![job.id.as_str(), to_json(&job.kind)?, integer(job.asked_ns)])?;
    Ok(())
}

/// Claims the oldest job that waits, or whose claim has run out.
pub(crate) fn claim(
    database: &Connection,
    worker: &WorkerId,
    now_ns: u64,
    until: i64,
) -> Result<Option<JobLease>, Fault> {
    let sql = "UPDATE job SET state = 1, owner = ?1, fence = fence + 1, lease_until = ?3
               WHERE id = (SELECT id FROM job WHERE state < 2 AND (state = 0 OR lease_until <= ?2)
                           ORDER BY asked_ns, id LIMIT 1)
               RETURNING name, kind, asked_ns, fence";
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query(params![worker.as_str(), integer(now_ns), until])?;
    let lease = rows.next()?.map(|row| lease(row, worker)).transpose()?;
    // Stepping to the end is what completes the statement.
    while rows.next()?.is_some() {}
    Ok(lease)
}

fn lease(row: &Row<'_>, worker: &WorkerId) -> Result<JobLease, Fault> {
    let job = Job { id: parsed(row, 0)?, kind: json(row, 1)?, asked_ns: count(row, 2)? };
    Ok(JobLease { job, worker: worker.clone(), fence: count(row, 3)? })
}

/// Prolongs a claim until `until`; `false` when it no longer holds.
pub(crate) fn prolong(database: &Connection, lease: &JobLease, until: i64) -> Result<bool, Fault> {
    let sql = "UPDATE job SET lease_until = ?4 WHERE name = ?1 AND state = 1 AND owner = ?2 AND fence = ?3";
    let JobLease { job, worker, fence } = lease;
    let row = params![job.id.as_str(), worker.as_str(), integer(*fence), until];
    Ok(database.prepare_cached(sql)?.execute(row)? > 0)
}

/// Ends a job; `false` when the claim no longer holds.
pub(crate) fn finish(database: &Connection, lease: &JobLease, status: &JobStatus) -> Result<bool, Fault> {
    let (state, message) = match status {
        JobStatus::Done => (2, None),
        JobStatus::Failed { message } => (3, Some(message)),
    };
    let sql = "UPDATE job SET state = ?4, message = ?5, owner = NULL, lease_until = NULL
               WHERE name = ?1 AND state = 1 AND owner = ?2 AND fence = ?3";
    let JobLease { job, worker, fence } = lease;
    let row = params![job.id.as_str(), worker.as_str(), integer(*fence), state, message];
    Ok(database.prepare_cached(sql)?.execute(row)? > 0)
}
