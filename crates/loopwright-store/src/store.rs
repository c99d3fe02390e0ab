//! The store: the door to one ledger.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use loopwright_core::{BoxFuture, Clock, LedgerError};
use rusqlite::Connection;

use crate::database::{Location, open_writer};
use crate::fault::Fault;
use crate::lane::Lane;
use crate::{reader, writer};

/// Threads that read.
const READERS: usize = 2;

/// One ledger, with its queue and its budgets, in an SQLite file. A clone is another handle to the same; dropping the
/// last one writes what waits, joins the threads and closes the file.
///
/// Several processes may open the same file. Their clocks must agree to well within a lease, as the clocks of one
/// machine do.
///
/// ```
/// use std::sync::Arc;
/// use loopwright_core::{Progress, Queue, RunId, VirtualClock};
/// use loopwright_store::Store;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Store::in_memory(Arc::new(VirtualClock::default()))?;
/// let run = RunId::new("r-1")?;
/// store.materialise(&run, 600).await?;
/// assert_eq!(store.progress(&run).await?, Progress { ready: 600, ..Progress::default() });
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    place: String,
    clock: Arc<dyn Clock>,
    // Dropped before the writer, so that the writer's connection is the last: closing it folds the log into the file.
    readers: Option<Lane>,
    writer: Lane,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("place", &self.inner.place).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the ledger at `path`; directories and file are made where they are missing, and an older schema is brought
    /// up to date. `clock` says when claims run out. Blocks while it reads and writes the file.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] when the file is no ledger or is damaged, [`LedgerError::TooNew`] when a newer version
    /// wrote it, [`LedgerError::Busy`] when another process has held it for five seconds, [`LedgerError::Engine`]
    /// for everything else, such as a directory that cannot be made. In the first two cases the file is left as it is.
    pub fn open(path: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        let path = path.into();
        // Made absolute, as readers open it later: the process may have changed its directory by then.
        let absolute = std::path::absolute(&path)
            .map_err(|source| LedgerError::Engine { place: path.display().to_string(), source: source.into() })?;
        Self::at(&Location::File(absolute), clock)
    }

    /// A ledger that lives and dies with this process.
    ///
    /// # Errors
    /// [`LedgerError::Engine`] when memory or a thread cannot be had.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        Self::at(&Location::Memory, clock)
    }

    fn at(location: &Location, clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        let place = location.place();
        let database = open_writer(location)?;
        let thread_error = |source: std::io::Error| LedgerError::Engine { place: place.clone(), source: source.into() };
        let (mut writer, exit) = Lane::new();
        writer.staff("ledger-write", move || writer::serve(database, exit)).map_err(thread_error)?;
        let readers = match location {
            Location::File(path) => Some(start_readers(path).map_err(thread_error)?),
            // Memory is reachable by one connection alone: its reads queue with the writes.
            Location::Memory => None,
        };
        Ok(Self { inner: Arc::new(Inner { place, clock, readers, writer }) })
    }

    /// Has `work` done by the writer, in a transaction that it may share with others.
    pub(crate) fn write<'a, T, W>(&'a self, work: W) -> BoxFuture<'a, Result<T, LedgerError>>
    where
        W: FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
        T: Send + 'static,
    {
        Box::pin(async move { self.inner.writer.submit(work, false).await.map_err(|fault| self.place(fault)) })
    }

    /// Like [`Store::write`]; with `synced`, the transaction is on the disk when the future is done.
    pub(crate) async fn write_as<T, W>(&self, work: W, synced: bool) -> Result<T, Fault>
    where
        W: FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
        T: Send + 'static,
    {
        self.inner.writer.submit(work, synced).await
    }

    /// Has `work` done by a reader.
    pub(crate) fn read<'a, T, W>(&'a self, work: W) -> BoxFuture<'a, Result<T, LedgerError>>
    where
        W: FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
        T: Send + 'static,
    {
        let lane = self.inner.readers.as_ref().unwrap_or(&self.inner.writer);
        Box::pin(async move { lane.submit(work, false).await.map_err(|fault| self.place(fault)) })
    }

    /// The clock that claims are measured by.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.inner.clock)
    }

    /// `fault` as the outside sees it.
    pub(crate) fn place(&self, fault: Fault) -> LedgerError {
        fault.at(&self.inner.place)
    }
}

fn start_readers(path: &std::path::Path) -> std::io::Result<Lane> {
    let (mut lane, exit) = Lane::new();
    let exit = Arc::new(Mutex::new(exit));
    for _ in 0..READERS {
        let (path, exit) = (path.to_owned(), Arc::clone(&exit));
        lane.staff("ledger-read", move || reader::serve(&path, &exit))?;
    }
    Ok(lane)
}
