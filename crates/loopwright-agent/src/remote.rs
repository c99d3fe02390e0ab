//! Connections to attached agents: over HTTP, as an OpenAI-compatible server, or as a program.
//!
//! Every request has the time that the agent's limits allow, every answer a size limit. What keeps an agent from being
//! asked is [`RemoteError::Unreachable`] and says nothing about it; what it answers wrongly is its own failure.

mod command;
mod credentials;
mod http;
mod openai;
mod process;
mod programs;
mod report;
mod template;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{Clock, Input, Message, ModelError, Seed};
use loopwright_model::{Access, HttpError, OpenError};
use serde_json::{Value, json};

pub use programs::Programs;
pub use template::TemplateError;

use self::credentials::{Credentials, with_bearer};
use crate::{AgentSpec, Endpoint, Remote, RemoteError};

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 8 << 20;
/// Characters of a foreign text that an error message repeats at most.
const REPEATED: usize = 300;

/// No connection to the agent can be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// It is not attached.
    #[error("agent `{agent}` has no `endpoint` to connect to")]
    Native {
        /// The agent.
        agent: String,
    },
    /// The request's template is wrong.
    #[error("endpoint of agent `{agent}`: {source}")]
    Template {
        /// The agent.
        agent: String,
        /// What is wrong.
        source: TemplateError,
    },
    /// The server's address cannot be used.
    #[error("endpoint of agent `{agent}`: `{address}` is not an address that begins with http:// or https://")]
    Address {
        /// The agent.
        agent: String,
        /// What was given.
        address: String,
    },
    /// There is no program to start.
    #[error("endpoint of agent `{agent}`: `command` names no program")]
    NoProgram {
        /// The agent.
        agent: String,
    },
    /// The key is not there.
    #[error("endpoint of agent `{agent}`: its key is looked for in `{variable}`; set this environment variable")]
    MissingKey {
        /// The agent.
        agent: String,
        /// Where the key is looked for.
        variable: String,
    },
    /// A header cannot be sent.
    #[error("endpoint of agent `{agent}`: the header `{name}` has a name or a text that cannot be sent")]
    Header {
        /// The agent.
        agent: String,
        /// Its name.
        name: String,
    },
    /// The model client cannot be made.
    #[error(transparent)]
    Model(#[from] OpenError),
    /// The HTTP client cannot be made.
    #[error(transparent)]
    Client(#[from] HttpError),
}

/// The connection to the attached agent `spec`. Nothing is sent and nothing is started before the first question.
/// `clock` must be one that moves by itself; programs run in `folder`.
///
/// # Errors
/// When the agent is not attached, or its endpoint cannot be used as it is written.
pub fn connect(
    spec: &AgentSpec,
    folder: &Path,
    clock: Arc<dyn Clock>,
    access: &Access,
) -> Result<Arc<dyn Remote>, ConnectError> {
    let agent = || spec.name.clone();
    let patience = Patience { clock, limit: Duration::from_secs(spec.limits.seconds) };
    match &spec.endpoint {
        None => Err(ConnectError::Native { agent: agent() }),
        Some(Endpoint::Http { url, .. }) if !is_address(url) => {
            Err(ConnectError::Address { agent: agent(), address: url.clone() })
        }
        Some(Endpoint::Http { url, request, answer, caller }) => {
            template::check(request).map_err(|source| ConnectError::Template { agent: agent(), source })?;
            let Credentials { caller, secret } = Credentials::of(&spec.name, caller, access)?;
            let client = loopwright_model::http_client_with(with_bearer(caller))?;
            let (url, request, answer) = (url.clone(), request.clone(), answer.clone());
            Ok(Arc::new(http::HttpAgent { url, request, answer, client, patience, secret }))
        }
        Some(Endpoint::Openai { base_url, model, caller }) => {
            let Some(remote) = openai::remote(base_url, model) else {
                return Err(ConnectError::Address { agent: agent(), address: base_url.clone() });
            };
            let Credentials { caller, secret } = Credentials::of(&spec.name, caller, access)?;
            let opened = loopwright_model::open_as(&remote, &caller, Arc::clone(&patience.clock), access)?;
            let (name, limit) = (model.clone(), patience.limit);
            Ok(Arc::new(openai::OpenAiAgent { model: opened, name, limit, secret }))
        }
        Some(Endpoint::Command { command }) if command.is_empty() => Err(ConnectError::NoProgram { agent: agent() }),
        Some(Endpoint::Command { command }) => {
            let Patience { clock, limit } = patience;
            let programs = Programs::new(command.clone(), folder.to_owned(), clock, limit);
            Ok(Arc::new(command::CommandAgent::new(programs)))
        }
    }
}

fn is_address(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// How long an answer is waited for.
struct Patience {
    clock: Arc<dyn Clock>,
    limit: Duration,
}

impl Patience {
    async fn wait<T>(&self, work: impl Future<Output = Result<T, RemoteError>>) -> Result<T, RemoteError> {
        tokio::select! {
            biased;
            done = work => done,
            () = self.clock.sleep(self.limit) => {
                Err(unreachable(format!("no answer within {} s", self.limit.as_secs())))
            }
        }
    }
}

fn unreachable(message: impl Into<String>) -> RemoteError {
    RemoteError::Unreachable { message: message.into() }
}

fn failed(message: impl Into<String>) -> RemoteError {
    RemoteError::Failed { message: message.into() }
}

/// The conversation in the form that every language reads easily: role and text.
fn plain(messages: &[Message]) -> Value {
    messages.iter().map(|message| json!({"role": message.role, "content": message.plain_text()})).collect()
}

/// The text that the agent is to answer: the last message, whoever said it.
fn question(input: &Input) -> String {
    input.messages.last().map(Message::plain_text).unwrap_or_default()
}

/// `seed` as a number that every language reads as it is: 53 bits.
fn portable(seed: Seed) -> u64 {
    seed.0 >> 11
}

/// A foreign text as one line without control characters, cut to a readable length.
fn shortened(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(REPEATED) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

/// What a model's failure says about the agent behind it.
fn model_failure(error: &ModelError) -> RemoteError {
    let message = error.message.as_str();
    if error.kind.blames_request() { failed(message) } else { unreachable(message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_texts_are_one_short_line() {
        assert_eq!(shortened("a\n\u{1b}[31m b\t"), "a [31m b");
        assert_eq!(shortened(&"é".repeat(400)).chars().count(), REPEATED + 1);
    }
}
