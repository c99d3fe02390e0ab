//! The threads that read, each with a connection of its own.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::mpsc::Receiver;

use crate::database::open_reader;
use crate::fault::Fault;
use crate::lane::Parcel;

/// The far end of a lane that several threads serve.
pub(crate) type SharedExit = Arc<Mutex<Receiver<Parcel>>>;

/// Serves requests until the far end of the lane is closed and empty. The connection is made at the first request: a
/// command that only writes should not pay for it.
pub(crate) fn serve(path: &Path, exit: &SharedExit) {
    let mut database = None;
    while let Some(mut parcel) = next(exit) {
        let end = read(&mut database, path, &mut parcel);
        parcel.answer(end);
    }
}

fn next(exit: &SharedExit) -> Option<Parcel> {
    exit.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

/// Does the request in a read transaction: all its statements see the same moment.
fn read(database: &mut Option<Connection>, path: &Path, parcel: &mut Parcel) -> Result<(), Fault> {
    let database = match database {
        Some(database) => database,
        None => database.insert(open_reader(path)?),
    };
    let snapshot = database.transaction()?;
    parcel.attempt(&snapshot)
}
