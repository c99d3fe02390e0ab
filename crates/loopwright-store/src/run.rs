//! Runs: their manifests, how they ended, and whether they look at the vault.

use loopwright_core::{RunId, RunManifest, RunQuery, RunRecord, RunStatus, Split};
use rusqlite::{Connection, OptionalExtension, params};

use crate::column::{count, enumerated, integer, json, readable_json, word};
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

/// Whether `name` is recorded and looks at the vault.
pub(crate) fn is_sealed(database: &Connection, name: &RunId) -> Result<bool, Fault> {
    let mut statement = database.prepare_cached("SELECT sealed FROM run WHERE name = ?1")?;
    Ok(statement.query_row([name.as_str()], |row| row.get(0)).optional()?.unwrap_or(false))
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
    let sql = "SELECT manifest,
                      (SELECT status FROM run_end WHERE run = r.id ORDER BY id DESC LIMIT 1),
                      (SELECT count(*) FROM trial WHERE run = r.id)
                      + (SELECT count(*) FROM sealed_trial WHERE run = r.id)
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
        let ended = row.get_ref(1)? != rusqlite::types::ValueRef::Null;
        let status = if ended { enumerated(row, 1)? } else { RunStatus::Unfinished };
        records.push(RunRecord { manifest: json(row, 0)?, status, acted: count(row, 2)? });
    }
    Ok(records)
}

/// A limit as SQLite writes it: −1 for all.
pub(crate) fn most(limit: usize) -> i64 {
    if limit == 0 { -1 } else { i64::try_from(limit).unwrap_or(-1) }
}
