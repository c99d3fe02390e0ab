//! An agent that is a program: a request a line in, an answer a line out.
//!
//! In: `{"id": 1, "input": "…", "messages": [{"role": "user", "content": "…"}], "seed": 7}`. Out: `{"id": 1, "answer":
//! "…"}`, where there are any with `"calls": [{"tool", "args", "result"}]` and `"usage": {"input", "output", "cached"}`;
//! or `{"id": 1, "error": "…"}`. The program is started when it is first needed and kept; it is asked one question at a
//! time, and several run side by side when several are needed.

use std::sync::atomic::{AtomicU64, Ordering};

use loopwright_core::{BoxFuture, Input, Seed};
use serde::Deserialize;
use serde_json::json;

use super::programs::Programs;
use super::report::{CallReport, UsageReport};
use super::{failed, plain, portable, question, shortened};
use crate::{Remote, RemoteError, Reply, ReportedCall};

/// The agent.
pub(super) struct CommandAgent {
    programs: Programs,
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
    pub(super) fn new(programs: Programs) -> Self {
        Self { programs, next_id: AtomicU64::new(1) }
    }

    async fn exchange(&self, input: &Input, seed: Seed) -> Result<Reply, RemoteError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (input, messages) = (question(input), plain(&input.messages));
        let request = json!({"id": id, "input": input, "messages": messages, "seed": portable(seed)});
        let read = |line: &str| Ok((parse(line, id)?, line.to_owned()));
        let (answer, line) = self.programs.ask(&request.to_string(), read).await?;
        reply(answer, &line)
    }
}

impl Remote for CommandAgent {
    fn ask<'a>(&'a self, input: &'a Input, seed: Seed) -> BoxFuture<'a, Result<Reply, RemoteError>> {
        Box::pin(self.exchange(input, seed))
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
