//! The one thread that writes: what waits goes into one transaction.

use rusqlite::Connection;
use tokio::sync::mpsc::Receiver;

use crate::database::set_synced;
use crate::fault::Fault;
use crate::lane::{Parcel, ROOM};

/// Serves requests until the far end of the lane is closed and empty.
pub(crate) fn serve(mut database: Connection, mut exit: Receiver<Parcel>) {
    let mut batch = Vec::with_capacity(ROOM);
    // Nobody is made to wait for company: a batch is what has arrived while the last one was written.
    while exit.blocking_recv_many(&mut batch, ROOM) > 0 {
        write(&mut database, &mut batch);
    }
}

/// Does the requests in one transaction. If one of them fails, each is done again in a transaction of its own, so that
/// a bad request never takes its neighbours with it. (Savepoints would do the same, but make SQLite copy every page
/// that two requests share.)
fn write(database: &mut Connection, batch: &mut Vec<Parcel>) {
    match attempt(database, batch) {
        Ok(()) => answer(batch, &Ok(())),
        Err(Failure::Begin(fault)) => answer(batch, &Err(fault)),
        Err(Failure::Work(fault)) if batch.len() == 1 => answer(batch, &Err(fault)),
        Err(Failure::Work(_)) => {
            for parcel in batch.drain(..) {
                let mut alone = vec![parcel];
                let end = attempt(database, &mut alone).map_err(Failure::into_fault);
                answer(&mut alone, &end);
            }
        }
    }
}

fn answer(batch: &mut Vec<Parcel>, end: &Result<(), Fault>) {
    for parcel in batch.drain(..) {
        parcel.answer(end.clone());
    }
}

/// Where a transaction failed.
enum Failure {
    /// It could not begin; trying again would only wait again.
    Begin(Fault),
    /// Its work or its end failed.
    Work(Fault),
}

impl Failure {
    fn into_fault(self) -> Fault {
        match self {
            Self::Begin(fault) | Self::Work(fault) => fault,
        }
    }
}

fn attempt(database: &mut Connection, batch: &mut [Parcel]) -> Result<(), Failure> {
    let synced = batch.iter().any(|parcel| parcel.synced());
    let begin = |error: rusqlite::Error| Failure::Begin(error.into());
    if synced {
        set_synced(database, true).map_err(begin)?;
    }
    let end = execute(database, "BEGIN IMMEDIATE").map_err(Failure::Begin).and_then(|()| {
        let work = batch.iter_mut().try_for_each(|parcel| parcel.attempt(database));
        let end = work.and_then(|()| execute(database, "COMMIT"));
        end.inspect_err(|_| roll_back(database)).map_err(Failure::Work)
    });
    if synced {
        // What was recorded stays recorded, whatever this says; the worst is that the next commits wait for the disk.
        let _ = set_synced(database, false);
    }
    end
}

fn execute(database: &Connection, sql: &str) -> Result<(), Fault> {
    database.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn roll_back(database: &Connection) {
    // After some failures (a full disk) SQLite has rolled back by itself, and says so in an error here.
    if !database.is_autocommit() {
        let _ = execute(database, "ROLLBACK");
    }
}
