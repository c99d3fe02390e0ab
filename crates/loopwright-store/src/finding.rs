//! Findings of runs.

use loopwright_core::{Digest, Finding, RunId};
use rusqlite::{Connection, params};

use crate::column::{json, readable_json};
use crate::fault::Fault;
use crate::run;

/// A finding on its way into the table.
pub(crate) struct FindingRow {
    run: RunId,
    digest: Digest,
    body: String,
}

impl FindingRow {
    /// The row of `finding`.
    pub(crate) fn of(finding: Finding) -> Result<Self, Fault> {
        let body = readable_json("finding", &finding)?;
        Ok(Self { run: finding.run, digest: Digest::of_bytes(body.as_bytes()), body })
    }
}

/// Adds a finding, unless the same is there already.
///
/// # Errors
/// When its run looks at the vault: a finding names cases, and nothing is to be learned there.
pub(crate) fn insert(database: &Connection, row: &FindingRow) -> Result<(), Fault> {
    let run = run::find(database, &row.run)?;
    if run.sealed {
        return Err(Fault::Refused(format!("the run `{}` looks at the vault, so it can have no findings", row.run)));
    }
    let sql = "INSERT INTO finding (run, digest, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    database.prepare_cached(sql)?.execute(params![run.id, row.digest.as_bytes(), row.body])?;
    Ok(())
}

/// The findings of `run`, in the order in which they were added.
pub(crate) fn select(database: &Connection, run: &RunId) -> Result<Vec<Finding>, Fault> {
    let sql = "SELECT f.body FROM run AS r JOIN finding AS f ON f.run = r.id WHERE r.name = ?1 ORDER BY f.id";
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query([run.as_str()])?;
    let mut findings = vec![];
    while let Some(row) = rows.next()? {
        findings.push(json(row, 0)?);
    }
    Ok(findings)
}
