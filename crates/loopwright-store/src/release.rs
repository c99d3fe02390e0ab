//! Releases of agents.

use loopwright_core::{AgentName, Digest, Release};
use rusqlite::{Connection, params};

use crate::column::{integer, json, readable_json};
use crate::fault::Fault;

/// A release on its way into the table.
pub(crate) struct ReleaseRow {
    agent: AgentName,
    variant: Digest,
    at_ns: u64,
    body: String,
}

impl ReleaseRow {
    /// The row of `release`.
    pub(crate) fn of(release: Release) -> Result<Self, Fault> {
        let body = readable_json("release", &release)?;
        Ok(Self { variant: release.variant.digest(), agent: release.agent, at_ns: release.at_ns, body })
    }
}

/// Adds a release, unless the same variant was released at the same moment.
pub(crate) fn insert(database: &Connection, row: &ReleaseRow) -> Result<(), Fault> {
    let ReleaseRow { agent, variant, at_ns, body } = row;
    let sql = "INSERT INTO release (agent, variant, at_ns, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    database.prepare_cached(sql)?.execute(params![agent.as_str(), variant.as_bytes(), integer(*at_ns), body])?;
    Ok(())
}

/// The releases of `agent`, oldest first.
pub(crate) fn select(database: &Connection, agent: &AgentName) -> Result<Vec<Release>, Fault> {
    let sql = "SELECT body FROM release WHERE agent = ?1 ORDER BY at_ns, id";
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query([agent.as_str()])?;
    let mut releases = vec![];
    while let Some(row) = rows.next()? {
        releases.push(json(row, 0)?);
    }
    Ok(releases)
}
