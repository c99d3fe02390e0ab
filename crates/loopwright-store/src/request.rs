//! A request to a connection, with the way back to who asked.

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::fault::Fault;

/// A request. It may be tried more than once before it is answered, always in a fresh transaction.
pub(crate) trait Request: Send {
    /// Does the work.
    fn attempt(&mut self, database: &Connection) -> Result<(), Fault>;

    /// Whether its transaction must reach the disk before it is acknowledged.
    fn synced(&self) -> bool;

    /// Tells who asked how it ended: with what the last attempt made, or with `fault`.
    fn answer(self: Box<Self>, end: Result<(), Fault>);
}

/// A closure as a request.
pub(crate) struct Call<W, T> {
    work: W,
    synced: bool,
    outcome: Option<T>,
    reply: oneshot::Sender<Result<T, Fault>>,
}

impl<W, T> Call<W, T>
where
    W: FnMut(&Connection) -> Result<T, Fault> + Send,
    T: Send,
{
    /// A request to do `work`, and where its answer will arrive.
    pub(crate) fn new(work: W, synced: bool) -> (Self, oneshot::Receiver<Result<T, Fault>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work, synced, outcome: None, reply }, answer)
    }
}

impl<W, T> Request for Call<W, T>
where
    W: FnMut(&Connection) -> Result<T, Fault> + Send,
    T: Send,
{
    fn attempt(&mut self, database: &Connection) -> Result<(), Fault> {
        self.outcome = Some((self.work)(database)?);
        Ok(())
    }

    fn synced(&self) -> bool {
        self.synced
    }

    fn answer(self: Box<Self>, end: Result<(), Fault>) {
        let Self { outcome, reply, .. } = *self;
        let answer = end.and_then(|()| outcome.ok_or(Fault::Stopped));
        // Who asked may have gone: the work is done all the same.
        let _ = reply.send(answer);
    }
}
