//! Questions put to the vault.

use loopwright_core::{GateQuery, SuiteName};
use rusqlite::{Connection, params};

use crate::column::{integer, json, readable_json};
use crate::fault::Fault;

/// A gate query on its way into the table.
pub(crate) struct GateQueryRow {
    query: GateQuery,
    body: String,
}

impl GateQueryRow {
    /// The row of `query`.
    pub(crate) fn of(query: GateQuery) -> Result<Self, Fault> {
        let body = readable_json("gate query", &query)?;
        Ok(Self { query, body })
    }
}

/// Adds a question, unless its run has asked it already.
pub(crate) fn insert(database: &Connection, row: &GateQueryRow) -> Result<(), Fault> {
    let GateQueryRow { query, body } = row;
    let sql = "INSERT INTO gate_query (suite, vault, run, at_ns, body) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT DO NOTHING";
    let (suite, vault, run) = (query.suite.as_str(), query.vault.as_bytes(), query.run.as_str());
    database.prepare_cached(sql)?.execute(params![suite, vault, run, integer(query.at_ns), body])?;
    Ok(())
}

/// The questions put to the vaults of `suite`, oldest first.
pub(crate) fn select(database: &Connection, suite: &SuiteName) -> Result<Vec<GateQuery>, Fault> {
    let sql = "SELECT body FROM gate_query WHERE suite = ?1 ORDER BY at_ns, id";
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query([suite.as_str()])?;
    let mut queries = vec![];
    while let Some(row) = rows.next()? {
        queries.push(json(row, 0)?);
    }
    Ok(queries)
}
