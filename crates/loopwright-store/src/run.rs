//! Runs: their manifests, how they ended, and whether they look at the vault.

use loopwright_core::{
    Cost, MicroDollars, MicroJoules, RunId, RunManifest, RunQuery, RunRecord, RunStatus, Split, Usage,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::column::{count, enumerated, integer, json, optional_count, readable_json, word};
use crate::fault::Fault;

/// A run as other tables refer to it.
pub(crate) struct RunRef {
    /// Its row.
    pub(crate) id: i64,
    /// Whether it looks at the vault.
    pub(crate) sealed: bool,
}

/// A manifest on its way into the table.
pub(crate) struct RunRow {
    manifest: RunManifest,
    purpose: String,
    body: String,
}

impl RunRow {
    /// The row of `manifest`.
    pub(crate) fn of(manifest: RunManifest) -> Result<Self, Fault> {
        let (purpose, body) = (word(&manifest.purpose)?, readable_json("manifest", &manifest)?);
        Ok(Self { manifest, purpose, body })
    }
}

/// Adds a run, if it is new.
pub(crate) fn insert(database: &Connection, row: &RunRow) -> Result<(), Fault> {
    let RunRow { manifest, purpose, body } = row;
    let sql = "INSERT INTO run (name, suite, purpose, plan, sealed, started_ns, manifest)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
    database.prepare_cached(sql)?.execute(params![
        manifest.id.as_str(),
        manifest.suite.as_str(),
        purpose,
        manifest.plan.as_bytes(),
        manifest.split == Split::Vault,
        integer(manifest.started_ns),
        body,
    ])?;
    Ok(())
}

/// The run `name`.
///
/// # Errors
/// When it is not recorded: whether it looks at the vault would be unknown, and so what of it may be kept.
pub(crate) fn find(database: &Connection, name: &RunId) -> Result<RunRef, Fault> {
    let mut statement = database.prepare_cached("SELECT id, sealed FROM run WHERE name = ?1")?;
    let found = statement.query_row([name.as_str()], |row| Ok(RunRef { id: row.get(0)?, sealed: row.get(1)? }));
    found.optional()?.ok_or_else(|| Fault::Refused(format!("the run `{name}` is not recorded; record its start first")))
}

/// Adds how a run ended, unless that is what was said last. A run that was stopped and taken up again ends anew.
pub(crate) fn end(database: &Connection, name: &RunId, status: RunStatus) -> Result<(), Fault> {
    let (run, status) = (find(database, name)?, word(&status)?);
    let sql = "INSERT INTO run_end (run, status) SELECT ?1, ?2 WHERE ?2 IS NOT
               (SELECT status FROM run_end WHERE run = ?1 ORDER BY id DESC LIMIT 1)";
    database.prepare_cached(sql)?.execute(params![run.id, status])?;
    Ok(())
}

/// The runs that `query` asks for, newest first. An id that names a run exactly means that run alone.
pub(crate) fn select(database: &Connection, query: &RunQuery) -> Result<Vec<RunRecord>, Fault> {
    let sql = "SELECT id, manifest, (SELECT status FROM run_end WHERE run = r.id ORDER BY id DESC LIMIT 1)
               FROM run AS r
               WHERE (?1 IS NULL OR name = ?1
                      OR (substr(name, 1, length(?1)) = ?1 AND NOT EXISTS (SELECT 1 FROM run WHERE name = ?1)))
                 AND (?2 IS NULL OR suite = ?2) AND (?3 IS NULL OR purpose = ?3) AND (?4 IS NULL OR plan = ?4)
               ORDER BY started_ns DESC, id DESC LIMIT ?5";
    let suite = query.suite.as_ref().map(loopwright_core::SuiteName::as_str);
    let purpose = query.purpose.map(|purpose| word(&purpose)).transpose()?;
    let plan = query.plan.as_ref().map(loopwright_core::Digest::as_bytes);
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query(params![query.id, suite, purpose, plan, most(query.limit)])?;
    let mut records = vec![];
    while let Some(row) = rows.next()? {
        let ended = row.get_ref(2)? != rusqlite::types::ValueRef::Null;
        let status = if ended { enumerated(row, 2)? } else { RunStatus::Unfinished };
        let (acted, cost) = spent(database, row.get(0)?)?;
        records.push(RunRecord { manifest: json(row, 1)?, status, acted, cost });
    }
    Ok(records)
}

/// How many trials of a run were acted, sealed ones too, and what they, the dead ones and opinions cost. One unknown price makes
/// the sum unknown.
fn spent(database: &Connection, run: i64) -> Result<(u64, Cost), Fault> {
    let sql = "SELECT ifnull(sum(acted), 0), ifnull(sum(input), 0), ifnull(sum(cached), 0), ifnull(sum(output), 0),
                      ifnull(sum(reasoning), 0),
                      CASE WHEN count(money) = count(*) THEN ifnull(sum(money), 0) END,
                      CASE WHEN count(energy) = count(*) THEN ifnull(sum(energy), 0) END
               FROM (SELECT 1 AS acted, input, cached, output, reasoning, money, energy FROM trial WHERE run = ?1
                     UNION ALL
                     SELECT 1, input, cached, output, reasoning, money, energy FROM sealed_trial WHERE run = ?1
                     UNION ALL
                     SELECT 0, input, cached, output, reasoning, money, energy FROM dead_trial WHERE run = ?1
                     UNION ALL
                     SELECT 0, input, cached, output, reasoning, money, energy FROM opinion WHERE run = ?1)";
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query([run])?;
    let Some(row) = rows.next()? else { return Ok((0, Cost::ZERO)) };
    let usage = Usage::new(count(row, 1)?, count(row, 2)?, count(row, 3)?, count(row, 4)?);
    let money = optional_count(row, 5)?.map(MicroDollars);
    let energy = optional_count(row, 6)?.map(MicroJoules);
    Ok((count(row, 0)?, Cost { usage, money, energy }))
}

/// A limit as SQLite writes it: −1 for all.
pub(crate) fn most(limit: usize) -> i64 {
    if limit == 0 { -1 } else { i64::try_from(limit).unwrap_or(-1) }
}
