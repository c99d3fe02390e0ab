//! One program that answers JSON lines, from its start to its end. The one place where the agent room starts programs.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinSet;

use super::{LONGEST_ANSWER, failed, shortened, unreachable};
use crate::RemoteError;

/// Bytes of standard error that are kept for messages.
const KEPT: usize = 4 << 10;
/// Characters of a command that messages name it by.
const NAMED: usize = 60;
/// Lines of standard error that a message repeats.
const LINES: usize = 5;

/// A running program. Dropping it kills it, and where the system has process groups all that it started.
pub(super) struct Process {
    name: String,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    complaints: Arc<Mutex<Vec<u8>>>,
    listener: JoinSet<()>,
}

impl Process {
    /// Starts `command` in `folder`. It sees the environment of this process, where its own keys are.
    pub(super) fn start(command: &[String], folder: &Path) -> Result<Self, RemoteError> {
        let name: String = command.join(" ").chars().take(NAMED).collect();
        let (program, arguments) = command.split_first().ok_or_else(|| unreachable("there is no program to start"))?;
        #[expect(clippy::disallowed_methods, reason = "the one place where attached agents are started")]
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        command.process_group(0);
        let cannot = |error: std::io::Error| unreachable(format!("`{name}` cannot be started: {error}"));
        let mut child = command.spawn().map_err(cannot)?;
        let missing = || cannot(std::io::Error::other("it has no standard streams"));
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        let complaints = Arc::default();
        let mut listener = JoinSet::new();
        listener.spawn(keep_last(child.stderr.take().ok_or_else(missing)?, Arc::clone(&complaints)));
        Ok(Self { name, child, input, output, complaints, listener })
    }

    /// Whether it still runs, as far as is known.
    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Writes one line and reads the line that answers it. After an error the program must not be asked again.
    pub(super) async fn ask(&mut self, line: &str) -> Result<String, RemoteError> {
        let written = self.write(line).await;
        let answer = match written {
            Ok(()) => self.read().await?,
            // A pipe breaks when its reader has ended; what it said last tells more than that.
            Err(_) => None,
        };
        match answer {
            Some(answer) => Ok(answer),
            None => Err(self.ended().await),
        }
    }

    async fn write(&mut self, line: &str) -> std::io::Result<()> {
        self.input.write_all(format!("{line}\n").as_bytes()).await?;
        self.input.flush().await
    }

    /// The next line that is not empty; `None` at the end.
    async fn read(&mut self) -> Result<Option<String>, RemoteError> {
        loop {
            let mut line = Vec::new();
            let mut bounded = (&mut self.output).take(LONGEST_ANSWER as u64 + 1);
            let read = bounded.read_until(b'\n', &mut line).await;
            let count = read.map_err(|error| unreachable(format!("`{}` cannot be read: {error}", self.name)))?;
            if count > LONGEST_ANSWER {
                return Err(failed(format!("`{}` wrote a line longer than {LONGEST_ANSWER} bytes", self.name)));
            }
            let text = String::from_utf8_lossy(&line);
            match (count, text.trim()) {
                (0, _) => return Ok(None),
                (_, "") => {}
                (_, text) => return Ok(Some(text.to_owned())),
            }
        }
    }

    /// Why it ended, in its own last words.
    async fn ended(&mut self) -> RemoteError {
        self.kill();
        let status = self.child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string());
        while self.listener.join_next().await.is_some() {}
        let said = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
        let last = shortened(&lines[lines.len().saturating_sub(LINES)..].join(" / "));
        let message = format!("`{}` ended before it answered ({status})", self.name);
        unreachable(if last.is_empty() { message } else { format!("{message}; it last said: {last}") })
    }

    #[cfg(unix)]
    fn kill(&self) {
        let group = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            // It fails when all have ended, which is what is wanted.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }

    #[cfg(not(unix))]
    fn kill(&mut self) {
        let _ = self.child.start_kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads to the end and keeps the last bytes.
async fn keep_last(mut stream: ChildStderr, kept: Arc<Mutex<Vec<u8>>>) {
    let mut piece = [0; 1024];
    while let Ok(count @ 1..) = stream.read(&mut piece).await {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(&piece[..count]);
        let excess = kept.len().saturating_sub(KEPT);
        kept.drain(..excess);
    }
}
