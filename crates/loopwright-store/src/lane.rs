//! A bounded queue of requests and the threads that serve it.

use std::io;
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;
use tokio::sync::mpsc;

use crate::fault::Fault;
use crate::request::{Call, Request};

/// Requests that wait at the most; whoever comes then waits for a place.
pub(crate) const ROOM: usize = 128;

/// What a lane carries.
pub(crate) type Parcel = Box<dyn Request>;

/// A bounded queue of requests and the threads that serve it. Dropping it serves what waits, then joins the threads.
pub(crate) struct Lane {
    entry: Option<mpsc::Sender<Parcel>>,
    threads: Vec<JoinHandle<()>>,
}

impl Lane {
    /// A lane without threads, and its far end.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Parcel>) {
        let (entry, exit) = mpsc::channel(ROOM);
        (Self { entry: Some(entry), threads: vec![] }, exit)
    }

    /// Adds a thread that runs `serve`, which must end when the far end is closed.
    pub(crate) fn staff(&mut self, name: &str, serve: impl FnOnce() + Send + 'static) -> io::Result<()> {
        self.threads.push(Builder::new().name(name.to_owned()).spawn(serve)?);
        Ok(())
    }

    /// Has `work` done, and waits for it.
    pub(crate) async fn submit<T, W>(&self, work: W, synced: bool) -> Result<T, Fault>
    where
        W: FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (call, answer) = Call::new(work, synced);
        let entry = self.entry.as_ref().ok_or(Fault::Stopped)?;
        entry.send(Box::new(call)).await.map_err(|_| Fault::Stopped)?;
        answer.await.map_err(|_| Fault::Stopped)?
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.entry = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has nothing left to say.
            let _ = thread.join();
        }
    }
}
