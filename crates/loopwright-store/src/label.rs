//! Labels: what people judged of trials.

use loopwright_core::{Digest, Label, TrialKey};
use rusqlite::{Connection, params};

use crate::column::{json, readable_json};
use crate::fault::Fault;

/// A label on its way into the table.
pub(crate) struct LabelRow {
    trial: TrialKey,
    digest: Digest,
    body: String,
}

impl LabelRow {
    /// The row of `label`.
    pub(crate) fn of(label: &Label) -> Result<Self, Fault> {
        Ok(Self { trial: label.trial, digest: label.digest(), body: readable_json("label", label)? })
    }
}

/// Adds a label, unless the same is there already.
///
/// # Errors
/// When its trial is not to be seen: it is not recorded, or looks at the vault, whose answers nobody has read.
pub(crate) fn insert(database: &Connection, row: &LabelRow) -> Result<(), Fault> {
    let mut statement = database.prepare_cached("SELECT 1 FROM trial WHERE key = ?1")?;
    if !statement.exists([row.trial.0.as_bytes()])? {
        return Err(Fault::Refused(format!("a label for the trial `{}`, which is not to be seen", row.trial)));
    }
    let sql = "INSERT INTO label (trial, digest, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    database.prepare_cached(sql)?.execute(params![row.trial.0.as_bytes(), row.digest.as_bytes(), row.body])?;
    Ok(())
}

/// The labels of the trial, in the order in which they were added.
pub(crate) fn select(database: &Connection, trial: &TrialKey) -> Result<Vec<Label>, Fault> {
    let mut statement = database.prepare_cached("SELECT body FROM label WHERE trial = ?1 ORDER BY id")?;
    let mut rows = statement.query([trial.0.as_bytes()])?;
    let mut labels = vec![];
    while let Some(row) = rows.next()? {
        labels.push(json(row, 0)?);
    }
    Ok(labels)
}
