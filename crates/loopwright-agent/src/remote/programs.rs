//! Several processes of one program that answers JSON lines: a request a line in, an answer a line out.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loopwright_core::Clock;
use tokio::sync::Semaphore;

use super::process::Process;
use super::{Patience, unreachable};
use crate::RemoteError;

/// Processes of one program at most.
const PROCESSES: usize = 4;

/// A program in as many processes as are needed at the same time, four at most. They are started when they are first
/// needed and kept until this is dropped; each is asked one thing at a time.
pub struct Programs {
    command: Vec<String>,
    folder: PathBuf,
    patience: Patience,
    turns: Semaphore,
    idle: Mutex<Vec<Process>>,
}

impl Programs {
    /// The program of `command`, which runs in `folder` and has `limit` of the time of `clock` for each answer. Nothing is
    /// started yet.
    pub fn new(command: Vec<String>, folder: PathBuf, clock: Arc<dyn Clock>, limit: Duration) -> Self {
        let patience = Patience { clock, limit };
        Self { command, folder, patience, turns: Semaphore::new(PROCESSES), idle: Mutex::default() }
    }

    /// What `read` makes of the line that answers `line`. A process whose answer `read` refuses, that breaks or that takes
    /// too long is ended; the next question finds another.
    ///
    /// # Errors
    /// When the program cannot be started, ends, takes too long, or gives an answer that `read` refuses.
    pub async fn ask<T>(
        &self,
        line: &str,
        read: impl FnOnce(&str) -> Result<T, RemoteError>,
    ) -> Result<T, RemoteError> {
        let _turn = self.turns.acquire().await.map_err(|_| unreachable("the program is being shut down"))?;
        let exchange = async {
            let mut process = self.process()?;
            let answer = read(&process.ask(line).await?)?;
            self.idle().push(process);
            Ok(answer)
        };
        self.patience.wait(exchange).await
    }

    /// A process that waits for a question, or a new one.
    fn process(&self) -> Result<Process, RemoteError> {
        while let Some(mut process) = { self.idle().pop() } {
            if process.is_running() {
                return Ok(process);
            }
        }
        Process::start(&self.command, &self.folder)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
