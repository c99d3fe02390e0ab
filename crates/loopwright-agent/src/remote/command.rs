//! An agent that is a program: a request a line in, an answer a line out.
//!
//! In: `{"id": 1, "input": "…", "messages": [{"role": "user", "content": "…"}], "seed": 7}`. Out: `{"id": 1, "answer":
//! "…"}`, where there are any with `"calls": [{"tool", "args", "result"}]` and `"usage": {"input", "output", "cached"}`;
//! or `{"id": 1, "error": "…"}`. The program is started when it is first needed and kept; it is asked one question at a
//! time, and several run side by side when several are needed.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use loopwright_core::{BoxFuture, Input, Seed};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;

use super::process::Process;
use super::report::{CallReport, UsageReport};
use super::{Patience, failed, plain, portable, question, shortened, unreachable};
use crate::{Remote, RemoteError, Reply, ReportedCall};

/// Processes of one agent at most.
const PROCESSES: usize = 4;

/// The agent.
pub(super) struct CommandAgent {
    command: Vec<String>,
    folder: PathBuf,
    patience: Patience,
    turns: Semaphore,
    idle: Mutex<Vec<Process>>,
    next_id: AtomicU64,
}

/// A line that the program writes.
#[derive(Deserialize)]
struct Answer {
    id: Option<u64>,
    answer: Option<String>,
    error: Option<String>,
    calls: Option<Vec<CallReport>>,
    usage: Option<UsageReport>,
}

impl CommandAgent {
    pub(super) fn new(command: Vec<String>, folder: PathBuf, patience: Patience) -> Self {
        let (turns, idle, next_id) = (Semaphore::new(PROCESSES), Mutex::default(), AtomicU64::new(1));
        Self { command, folder, patience, turns, idle, next_id }
    }

    async fn exchange(&self, input: &Input, seed: Seed) -> Result<Reply, RemoteError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (input, messages) = (question(input), plain(&input.messages));
        let request = json!({"id": id, "input": input, "messages": messages, "seed": portable(seed)});
        let mut process = self.process()?;
        // A process that does not keep the protocol is dropped, and with it whatever else it would say.
        let line = process.ask(&request.to_string()).await?;
        let answer = parse(&line, id)?;
        self.idle().push(process);
        reply(answer, &line)
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

impl Remote for CommandAgent {
    fn ask<'a>(&'a self, input: &'a Input, seed: Seed) -> BoxFuture<'a, Result<Reply, RemoteError>> {
        Box::pin(async move {
            let _turn = self.turns.acquire().await.map_err(|_| unreachable("the agent is being shut down"))?;
            self.patience.wait(self.exchange(input, seed)).await
        })
    }
}

fn parse(line: &str, id: u64) -> Result<Answer, RemoteError> {
    let answer: Answer = serde_json::from_str(line).map_err(|error| {
        let (what, line) = (error.to_string(), shortened(line));
        failed(format!("the agent wrote a line that is no answer ({what}); only answers belong there: {line}"))
    })?;
    match answer.id {
        Some(other) if other != id => Err(failed(format!("the agent answered request {other} when asked {id}"))),
        _ => Ok(answer),
    }
}

fn reply(answer: Answer, line: &str) -> Result<Reply, RemoteError> {
    match (answer.error, answer.answer) {
        (Some(error), _) => Err(failed(shortened(&error))),
        (None, None) => Err(failed(format!("the agent's line has neither `answer` nor `error`: {}", shortened(line)))),
        (None, Some(text)) => Ok(Reply {
            answer: text,
            calls: answer.calls.unwrap_or_default().into_iter().map(ReportedCall::from).collect(),
            cost: answer.usage.map(Into::into),
            chat: None,
        }),
    }
}
