//! Configurations of promptfoo (`promptfooconfig.yaml`) → agents and suites of cases with checks.
//!
//! What promptfoo calls a provider becomes an agent; each prompt with each provider becomes a suite; each test with each
//! combination of its variables becomes a case, whose input is the rendered prompt. Asserts become checks.
//!
//! Invariant: nothing is dropped in silence. What has no counterpart is a [`LeftOut`] with its place and the reason.

mod assertion;
mod beyond;
mod case;
mod chat;
mod check;
mod csv_test;
mod option;
mod prompt;
mod provider;
mod reader;
mod results;
mod suite;
mod template;
mod test_case;
mod test_file;
mod test_list;
mod vars;

use loopwright_core::{AgentName, Case, Check, SourceError, SuiteName};
use serde_json::Value;

use reader::Reader;
pub use results::{PromptfooResultsError, PromptfooResultsImport, read_promptfoo_results};

/// Most rows of a file, tests of a configuration, and cases of all its suites together.
const MOST: usize = 100_000;

/// The files around a configuration, by paths relative to its folder with `/` between their steps.
pub trait Folder {
    /// What stands in the file `path`.
    ///
    /// # Errors
    /// Why it cannot be read: a lowercase fragment.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// The files that `pattern` names, sorted; `*` and `**` as shells take them.
    ///
    /// # Errors
    /// Why it names nothing: a lowercase fragment.
    fn find(&self, pattern: &str) -> Result<Vec<String>, String>;
}

/// Where a configuration is found, and what comes of it.
#[derive(Clone, Copy)]
pub struct PromptfooSource<'a> {
    /// The folder of the configuration.
    pub folder: &'a dyn Folder,
    /// The configuration within it, such as `promptfooconfig.yaml`.
    pub file: &'a str,
    /// The folder as the person named it, for messages; empty when it is where they are.
    pub shown: &'a str,
    /// The name of the suite, or the beginning of the names of the suites.
    pub name: &'a SuiteName,
    /// Why a check cannot be carried out, when it cannot: a lowercase fragment of one line.
    pub carries: &'a dyn Fn(&Check) -> Result<(), String>,
}

/// What became of a configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptfooImport {
    /// What it says of itself.
    pub description: Option<String>,
    /// The agents, in the order of the providers.
    pub agents: Vec<PromptfooAgent>,
    /// The suites, each with at least one case.
    pub suites: Vec<PromptfooSuite>,
    /// What has no counterpart, in the order of the files.
    pub left_out: Vec<LeftOut>,
}

/// A provider, perhaps with the system message of one prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptfooAgent {
    /// Its name: letters, digits, `-` and `_`.
    pub name: AgentName,
    /// The provider, as the configuration names it.
    pub provider: String,
    /// How it is reached.
    pub reach: Reach,
    /// The system message that all its cases share.
    pub instructions: Option<String>,
}

/// How an agent is reached.
#[derive(Debug, Clone, PartialEq)]
pub enum Reach {
    /// A model, by a reference such as `openai:gpt-5-mini`.
    Model {
        /// `provider:model`, perhaps with an address.
        reference: String,
        /// Sampling temperature.
        temperature: Option<f64>,
        /// Upper bound on output tokens.
        max_output_tokens: Option<u64>,
    },
    /// A server that takes and gives JSON.
    Http {
        /// Where to POST.
        url: String,
        /// The body, whose strings are templates over `input`.
        request: Value,
        /// JSON Pointer to the answer.
        answer: String,
    },
    /// Nothing here reaches it; the stand-in takes its place, and a [`LeftOut`] says so.
    Simulated,
}

/// One prompt with one provider.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptfooSuite {
    /// Its name: letters, digits, `-` and `_`.
    pub name: SuiteName,
    /// The agent that it measures.
    pub agent: AgentName,
    /// The prompt, as the configuration labels it.
    pub prompt: String,
    /// How often each case is tried, when the configuration says so.
    pub trials: Option<u32>,
    /// The cases; none is without an input of its own.
    pub cases: Vec<Case>,
}

/// What a configuration asks for and nothing here does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The file, as the person named it.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What it is, such as ``the assert `javascript` ``.
    pub what: String,
    /// Why, and what can be done: a lowercase fragment.
    pub why: String,
}

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}: {}", self.file, self.line, self.column, self.what, self.why)
    }
}

/// Reads a configuration of promptfoo and the files that it names. Its shape is that of promptfoo 0.123.
///
/// No code is run and no environment is read. A `$ref` within the file is followed.
///
/// # Errors
/// At the first place that is not of the format, names a file that cannot be read, or asks for more than 100,000 cases.
pub fn read_promptfoo(source: &PromptfooSource<'_>) -> Result<PromptfooImport, SourceError> {
    let mut reader = Reader::new(source);
    let config = reader.config(source.file)?;
    let description = config.node.get("description").and_then(|node| node.text()).map(ToOwned::to_owned);
    option::note(&config, &mut reader);
    let prompts = prompt::prompts(&config, &mut reader)?;
    let providers = provider::providers(&config, &mut reader)?;
    let tests = test_list::tests(&config, &mut reader)?;
    let trials = option::trials(&config, &mut reader)?;
    let (agents, suites) = suite::suites(source.name, &prompts, &providers, &tests, trials, &mut reader)?;
    Ok(PromptfooImport { description, agents, suites, left_out: reader.left_out() })
}
