//! The schema's editions, applied forward only.

use loopwright_core::LedgerError;
use rusqlite::{Connection, TransactionBehavior};

use crate::fault::Fault;

/// "lw" and an edition of the file itself: tells a ledger from any other SQLite file.
const APPLICATION_ID: i64 = 0x6c77_0001;

/// The editions in order; the n-th brings a file to `user_version` n.
const MIGRATIONS: [&str; 5] = [
    include_str!("../migrations/0001_ledger.sql"),
    include_str!("../migrations/0002_dead_trial.sql"),
    include_str!("../migrations/0003_opinion.sql"),
    include_str!("../migrations/0004_label.sql"),
    include_str!("../migrations/0005_api_key.sql"),
];

/// Makes sure that the file is empty, or a ledger of a version known here. `place` names it in errors.
pub(crate) fn check(database: &mut Connection, place: &str) -> Result<(), LedgerError> {
    look(database, place).map(|_| ())
}

/// Brings the file up to date.
pub(crate) fn apply(database: &mut Connection, place: &str) -> Result<(), LedgerError> {
    let known = MIGRATIONS.len();
    let at = |fault: rusqlite::Error| Fault::from(fault).at(place);
    if look(database, place)? == known {
        return Ok(());
    }
    // Another process may be doing the same: look again under the write lock.
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate).map_err(at)?;
    let found = edition(&transaction, place)?;
    for migration in MIGRATIONS.iter().skip(found) {
        transaction.execute_batch(migration).map_err(at)?;
    }
    transaction.pragma_update(None, "user_version", i64::try_from(known).unwrap_or(i64::MAX)).map_err(at)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(at)?;
    transaction.commit().map_err(at)
}

/// How many migrations the file has seen, all signs read at the same moment: another process may be creating the file.
fn look(database: &mut Connection, place: &str) -> Result<usize, LedgerError> {
    let snapshot = database.transaction().map_err(|error| Fault::from(error).at(place))?;
    edition(&snapshot, place)
}

/// How many migrations the file has seen, within the transaction that is open.
fn edition(database: &Connection, place: &str) -> Result<usize, LedgerError> {
    let at = |fault: rusqlite::Error| Fault::from(fault).at(place);
    let number = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(at);
    let (version, application) = (number("PRAGMA user_version")?, number("PRAGMA application_id")?);
    let known = MIGRATIONS.len();
    if version == 0 && application == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0 {
        return Ok(0);
    }
    if application != APPLICATION_ID {
        let message = "it is an SQLite file, but not a ledger; choose another path".to_owned();
        return Err(LedgerError::Corrupt { place: place.to_owned(), message });
    }
    match usize::try_from(version) {
        Ok(version) if version <= known => Ok(version),
        _ => Err(LedgerError::TooNew {
            place: place.to_owned(),
            found: u32::try_from(version).unwrap_or(u32::MAX),
            known: u32::try_from(known).unwrap_or(u32::MAX),
        }),
    }
}
