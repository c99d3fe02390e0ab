//! Claims on trials: who works on what, until when, and who came later.

use std::time::Duration;

use loopwright_core::{Commit, Cost, Lease, Progress, RunId, Score, WorkerId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::column::{count, integer};
use crate::fault::Fault;
use crate::trial::TrialRow;
use crate::{run, score, trial};

/// The moment `lease` from `now_ns`.
pub(crate) fn deadline(now_ns: u64, lease: Duration) -> i64 {
    let lease = u64::try_from(lease.as_nanos()).unwrap_or(u64::MAX);
    integer(now_ns.saturating_add(lease))
}

/// Makes the trials `0..trials` of `run` wait, unless the run was materialised before.
pub(crate) fn materialise(database: &Connection, run: &RunId, trials: u64) -> Result<(), Fault> {
    let queue = "INSERT INTO queue (run, trials) VALUES (?1, ?2) ON CONFLICT (run) DO NOTHING";
    let added = database.prepare_cached(queue)?.execute(params![run.as_str(), integer(trials)])?;
    if added == 0 || trials == 0 {
        return Ok(());
    }
    let rows = "WITH RECURSIVE place (idx) AS (SELECT 0 UNION ALL SELECT idx + 1 FROM place WHERE idx + 1 < ?2)
                INSERT INTO trial_queue (queue, idx) SELECT ?1, idx FROM place";
    database.prepare_cached(rows)?.execute(params![database.last_insert_rowid(), integer(trials)])?;
    Ok(())
}

/// The queue of `run`, when it was materialised.
fn queue_of(database: &Connection, run: &RunId) -> Result<Option<i64>, Fault> {
    let mut statement = database.prepare_cached("SELECT id FROM queue WHERE run = ?1")?;
    Ok(statement.query_row([run.as_str()], |row| row.get(0)).optional()?)
}

/// Which trials, for how long and for whom.
pub(crate) struct Claim {
    /// The run.
    pub(crate) run: RunId,
    /// Who claims.
    pub(crate) worker: WorkerId,
    /// How many at the most.
    pub(crate) most: usize,
    /// For how long.
    pub(crate) lease: Duration,
}

/// The first trials of a queue that wait, or whose claim has run out. Both halves walk along the index of open trials,
/// so a claim near the end of a long run does not step over all that is done. (`state < 2` tells SQLite that the index
/// holds all they look for; left to itself, it would rather scan the run.)
const CLAIM: &str = "
    UPDATE trial_queue SET state = 1, owner = ?2, fence = fence + 1, lease_until = ?3
    WHERE queue = ?1 AND idx IN (
      SELECT idx FROM (
        SELECT * FROM (SELECT idx FROM trial_queue INDEXED BY trial_queue_open
                       WHERE queue = ?1 AND state = 0 AND state < 2 ORDER BY idx LIMIT ?5)
        UNION ALL
        SELECT idx FROM trial_queue INDEXED BY trial_queue_open
        WHERE queue = ?1 AND state = 1 AND state < 2 AND lease_until <= ?4)
      ORDER BY idx LIMIT ?5)
    RETURNING idx, fence";

/// Claims trials in plan order.
pub(crate) fn claim(database: &Connection, claim: &Claim, now_ns: u64) -> Result<Vec<Lease>, Fault> {
    let Some(queue) = queue_of(database, &claim.run)? else { return Ok(vec![]) };
    let most = i64::try_from(claim.most).unwrap_or(i64::MAX);
    let until = deadline(now_ns, claim.lease);
    let mut statement = database.prepare_cached(CLAIM)?;
    let mut rows = statement.query(params![queue, claim.worker.as_str(), until, integer(now_ns), most])?;
    let mut leases = vec![];
    while let Some(row) = rows.next()? {
        let (run, worker) = (claim.run.clone(), claim.worker.clone());
        leases.push(Lease { run, index: count(row, 0)?, worker, fence: count(row, 1)? });
    }
    // SQLite returns rows in the order in which it changed them.
    leases.sort_by_key(|lease| lease.index);
    Ok(leases)
}

/// Prolongs those of `leases` that still hold until `until`, and returns them. A claim that has run out holds as long
/// as nobody else has claimed the trial.
pub(crate) fn prolong(database: &Connection, leases: &[Lease], until: i64) -> Result<Vec<Lease>, Fault> {
    let sql = "UPDATE trial_queue SET lease_until = ?5
               WHERE queue = (SELECT id FROM queue WHERE run = ?1) AND idx = ?2 AND state = 1 AND owner = ?3 AND fence = ?4";
    let mut statement = database.prepare_cached(sql)?;
    let mut held = vec![];
    for lease in leases {
        let Lease { run, index, worker, fence } = lease;
        let row = params![run.as_str(), integer(*index), worker.as_str(), integer(*fence), until];
        if statement.execute(row)? > 0 {
            held.push(lease.clone());
        }
    }
    Ok(held)
}

/// Makes the dead trials of `run` wait once more. What they have cost stays counted.
pub(crate) fn revive(database: &Connection, run: &RunId) -> Result<u64, Fault> {
    let Some(queue) = queue_of(database, run)? else { return Ok(0) };
    let sql = "UPDATE trial_queue SET state = 0, message = NULL WHERE queue = ?1 AND state = 3";
    let revived = database.prepare_cached(sql)?.execute([queue])? as u64;
    database.prepare_cached("UPDATE queue SET dead = dead - ?2 WHERE id = ?1")?.execute([queue, integer(revived)])?;
    Ok(revived)
}

/// A result, ready for the tables.
pub(crate) enum ResultRow {
    /// The trial was acted.
    Acted {
        /// The claim.
        lease: Lease,
        /// What happened.
        row: Box<TrialRow>,
        /// What the metrics say.
        scores: Vec<Score>,
    },
    /// The trial died.
    Dead {
        /// The claim.
        lease: Lease,
        /// The last failure.
        message: String,
        /// What all attempts cost together.
        cost: Cost,
    },
}

impl ResultRow {
    /// The row of `commit`.
    ///
    /// # Errors
    /// When claim, trial and scores do not speak of the same trial, or would not read back.
    pub(crate) fn of(commit: Commit) -> Result<Self, Fault> {
        let (lease, trial, scores) = match commit {
            Commit::Dead { lease, message, cost } => return Ok(Self::Dead { lease, message, cost }),
            Commit::Acted { lease, trial, scores } => (lease, trial, scores),
        };
        let site = &trial.site;
        if site.run != lease.run || site.index != lease.index {
            let (here, there) = (format!("{}#{}", lease.run, lease.index), format!("{}#{}", site.run, site.index));
            return Err(Fault::Refused(format!("a claim on `{here}` cannot commit the result of `{there}`")));
        }
        if let Some(stray) = scores.iter().find(|score| score.trial != site.key) {
            let (metric, trial) = (&stray.metric.name, stray.trial);
            return Err(Fault::Refused(format!("a score of `{metric}` comes with a trial but is about `{trial}`")));
        }
        scores.iter().try_for_each(score::check)?;
        Ok(Self::Acted { lease, row: Box::new(TrialRow::of(*trial)?), scores })
    }

    /// Records the result, if its claim holds. `false`: it was not recorded.
    pub(crate) fn record(&self, database: &Connection) -> Result<bool, Fault> {
        match self {
            Self::Acted { lease, row, scores } => {
                Ok(close(database, lease, &Closing::Done)? && trial::insert(database, row, scores)?)
            }
            Self::Dead { lease, message, cost } => {
                let run = run::find(database, &lease.run)?;
                let closed = close(database, lease, &Closing::Dead(if run.sealed { None } else { Some(message) }))?;
                if closed {
                    trial::insert_dead(database, run.id, lease.index, cost)?;
                }
                Ok(closed)
            }
        }
    }
}

/// How a trial leaves the queue.
enum Closing<'a> {
    Done,
    Dead(Option<&'a str>),
}

fn close(database: &Connection, lease: &Lease, closing: &Closing<'_>) -> Result<bool, Fault> {
    let Some(queue) = queue_of(database, &lease.run)? else { return Ok(false) };
    let (state, message) = match closing {
        Closing::Done => (2, None),
        Closing::Dead(message) => (3, *message),
    };
    let sql = "UPDATE trial_queue SET state = ?5, message = ?6, owner = NULL, lease_until = NULL
               WHERE queue = ?1 AND idx = ?2 AND state = 1 AND owner = ?3 AND fence = ?4";
    let (index, fence) = (integer(lease.index), integer(lease.fence));
    let row = params![queue, index, lease.worker.as_str(), fence, state, message];
    if database.prepare_cached(sql)?.execute(row)? == 0 {
        return Ok(false);
    }
    let sql = "UPDATE queue SET done = done + (?2 = 2), dead = dead + (?2 = 3) WHERE id = ?1";
    database.prepare_cached(sql)?.execute(params![queue, state])?;
    Ok(true)
}

/// How far a run is. A claim that has run out counts as waiting.
pub(crate) fn progress(database: &Connection, run: &RunId, now_ns: u64) -> Result<Progress, Fault> {
    let sql = "SELECT trials, done, dead, (SELECT count(*) FROM trial_queue INDEXED BY trial_queue_open
                                   WHERE queue = q.id AND state = 1 AND state < 2 AND lease_until > ?2)
               FROM queue AS q WHERE run = ?1";
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query(params![run.as_str(), integer(now_ns)])?;
    let Some(row) = rows.next()? else { return Ok(Progress::default()) };
    let (trials, done, dead, leased) = (count(row, 0)?, count(row, 1)?, count(row, 2)?, count(row, 3)?);
    let ready = trials.saturating_sub(done).saturating_sub(dead).saturating_sub(leased);
    Ok(Progress { ready, leased, done, dead })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Location, open_writer};

    #[test]
    fn claims_walk_along_the_open_trials() {
        let database = open_writer(&Location::Memory).unwrap();
        let mut statement = database.prepare(&format!("EXPLAIN QUERY PLAN {CLAIM}")).unwrap();
        let steps = statement.query_map([0; 5], |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.map(Result::unwrap).collect();
        let walks = steps.iter().filter(|step| step.contains("trial_queue_open (queue=? AND state=?)"));
        assert_eq!(walks.count(), 2, "{steps:#?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN trial_queue")), "{steps:#?}");
        let updates = steps.iter().filter(|step| step.contains("PRIMARY KEY (queue=? AND idx=?)"));
        assert_eq!(updates.count(), 1, "{steps:#?}");
    }
}
