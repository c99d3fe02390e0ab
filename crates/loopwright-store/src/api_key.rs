//! Keys of the front door.
//!
//! A key is found by its digest, in an index. How long that takes tells at the most how a digest begins, and nobody can
//! choose a key for the beginning of its digest.

use loopwright_core::{ApiKey, BoxFuture, Digest, KeyName, KeyRing, LedgerError};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::column::{count, digest, integer, json, optional_count, parsed, to_json};
use crate::fault::Fault;
use crate::store::Store;

impl KeyRing for Store {
    fn add_key(&self, key: ApiKey) -> BoxFuture<'_, Result<bool, LedgerError>> {
        self.write(move |database| insert(database, &key))
    }

    fn find_key(&self, digest: Digest) -> BoxFuture<'_, Result<Option<ApiKey>, LedgerError>> {
        self.read(move |database| find(database, &digest))
    }

    fn keys(&self) -> BoxFuture<'_, Result<Vec<ApiKey>, LedgerError>> {
        self.read(select)
    }

    fn revoke_key<'a>(&'a self, name: &'a KeyName, now_ns: u64) -> BoxFuture<'a, Result<bool, LedgerError>> {
        let name = name.clone();
        self.write(move |database| revoke(database, &name, now_ns))
    }
}

fn insert(database: &Connection, key: &ApiKey) -> Result<bool, Fault> {
    let sql = "INSERT INTO api_key (name, digest, scope, added_ns, expires_ns, revoked_ns)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    let ApiKey { name, digest, scope, added_ns, expires_ns, revoked_ns } = key;
    let (scope, expires, revoked) = (to_json(scope)?, expires_ns.map(integer), revoked_ns.map(integer));
    let row = params![name.as_str(), digest.as_bytes(), scope, integer(*added_ns), expires, revoked];
    Ok(database.prepare_cached(sql)?.execute(row)? == 1)
}

fn find(database: &Connection, digest: &Digest) -> Result<Option<ApiKey>, Fault> {
    let sql = "SELECT name, digest, scope, added_ns, expires_ns, revoked_ns FROM api_key WHERE digest = ?1";
    let mut statement = database.prepare_cached(sql)?;
    statement.query_row([digest.as_bytes()], |row| Ok(key(row))).optional()?.transpose()
}

fn select(database: &Connection) -> Result<Vec<ApiKey>, Fault> {
    let sql = "SELECT name, digest, scope, added_ns, expires_ns, revoked_ns FROM api_key ORDER BY id";
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut keys = vec![];
    while let Some(row) = rows.next()? {
        keys.push(key(row)?);
    }
    Ok(keys)
}

fn key(row: &Row<'_>) -> Result<ApiKey, Fault> {
    Ok(ApiKey {
        name: parsed(row, 0)?,
        digest: digest(row, 1)?,
        scope: json(row, 2)?,
        added_ns: count(row, 3)?,
        expires_ns: optional_count(row, 4)?,
        revoked_ns: optional_count(row, 5)?,
    })
}

fn revoke(database: &Connection, name: &KeyName, now_ns: u64) -> Result<bool, Fault> {
    let sql = "UPDATE api_key SET revoked_ns = coalesce(revoked_ns, ?2) WHERE name = ?1";
    Ok(database.prepare_cached(sql)?.execute(params![name.as_str(), integer(now_ns)])? == 1)
}
