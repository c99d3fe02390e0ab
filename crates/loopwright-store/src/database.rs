//! Connections to the file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use loopwright_core::LedgerError;
use rusqlite::{Connection, OpenFlags};

use crate::fault::Fault;
use crate::migration;

/// How long a connection waits for another process that is writing. Such a transaction takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Statements that a connection keeps compiled; there are about fifty.
const STATEMENTS: usize = 64;

/// Bytes a page of a new file: a trace takes several, and fewer, larger ones make a commit cheaper.
const PAGE: i64 = 8192;

/// Where the database is.
#[derive(Debug, Clone)]
pub(crate) enum Location {
    /// In this file.
    File(PathBuf),
    /// In the memory of this process, reachable by one connection alone.
    Memory,
}

impl Location {
    /// What errors call it.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Memory => "memory".to_owned(),
        }
    }
}

/// Opens the connection that writes, creating directories and the file, and brings the schema up to date.
pub(crate) fn open_writer(location: &Location) -> Result<Connection, LedgerError> {
    let place = location.place();
    let at = |fault: rusqlite::Error| Fault::from(fault).at(&place);
    let mut database = match location {
        Location::File(path) => {
            create_parent(path)
                .map_err(|source| LedgerError::Engine { place: place.clone(), source: source.into() })?;
            Connection::open_with_flags(path, flags()).map_err(at)?
        }
        Location::Memory => Connection::open_in_memory().map_err(at)?,
    };
    prepare(&database).map_err(at)?;
    // Looked at before anything is changed: a file of someone else, or of a newer version, is left as it is.
    migration::check(&mut database, &place)?;
    if let Location::File(_) = location {
        write_ahead(&database).map_err(|fault| fault.at(&place))?;
    }
    // In KiB when negative: 16 MiB hold the trees that a run of a hundred thousand trials touches at random places.
    database.pragma_update(None, "cache_size", -16_384).map_err(at)?;
    set_synced(&database, false).map_err(at)?;
    migration::apply(&mut database, &place)?;
    Ok(database)
}

/// Opens a connection that only reads.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, Fault> {
    let database = Connection::open_with_flags(path, flags() & !OpenFlags::SQLITE_OPEN_CREATE)?;
    prepare(&database)?;
    database.pragma_update(None, "query_only", true)?;
    Ok(database)
}

/// Whether commits wait for the disk.
pub(crate) fn set_synced(database: &Connection, synced: bool) -> rusqlite::Result<()> {
    database.pragma_update(None, "synchronous", if synced { "FULL" } else { "NORMAL" })
}

fn prepare(database: &Connection) -> rusqlite::Result<()> {
    database.busy_timeout(PATIENCE)?;
    database.set_prepared_statement_cache_capacity(STATEMENTS);
    database.pragma_update(None, "trusted_schema", false)?;
    database.pragma_update(None, "temp_store", "MEMORY")
}

/// A path is a path, even one that begins with `file:`. Each connection belongs to one thread at a time.
fn flags() -> OpenFlags {
    OpenFlags::default() & !OpenFlags::SQLITE_OPEN_URI
}

/// Switches to write-ahead mode, and keeps the log from staying as large as it once had to be.
fn write_ahead(database: &Connection) -> Result<(), Fault> {
    database.pragma_update(None, "page_size", PAGE)?;
    let mode = switch(database)?;
    if mode != "wal" {
        let message = "its file system has no shared memory for a write-ahead log; put it on a local disk";
        return Err(Fault::Refused(message.to_owned()));
    }
    database.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |row| row.get::<_, i64>(0))?;
    Ok(())
}

/// Sets the journal mode and returns the one that is in force. SQLite does not wait when another process switches the
/// same file at that moment, so the waiting is done here.
fn switch(database: &Connection) -> Result<String, Fault> {
    const PAUSE: Duration = Duration::from_millis(5);
    let mut waited = Duration::ZERO;
    loop {
        let mode = database.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0));
        match mode.map_err(Fault::from) {
            Err(fault) if fault.is_busy() && waited < PATIENCE => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            end => return end,
        }
    }
}

fn create_parent(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => std::fs::create_dir_all(parent),
        _ => Ok(()),
    }
}
