use std::path::PathBuf;

use clap::ValueEnum;
use loopwright_core::{AgentName, SuiteName};

/// What `import` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// What the files are.
    #[arg(value_enum, value_name = "FORMAT")]
    pub from: ImportFormat,
    /// The files; for questions, the documents that they refer to follow.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// bfcl: the file of right answers; otherwise the one that lies beside the questions under its usual name.
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// bfcl, inspect, openai: the agent that the suite measures; otherwise the only one, or a new one where there is none.
    #[arg(long, value_name = "AGENT")]
    pub agent: Option<AgentName>,
    /// bfcl, openai, questions: the name of the suite that comes of it; otherwise that of the first file. inspect: make a
    /// suite of the samples too, under this name.
    #[arg(long, value_name = "NAME")]
    pub name: Option<SuiteName>,
}

/// A foreign format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// Questions and right answers of the Berkeley Function Calling Leaderboard.
    Bfcl,
    /// Logs of Inspect (`.eval`), whole or broken off.
    Inspect,
    /// Samples of OpenAI's evals; an answer is right that begins with an `ideal` one.
    OpenaiMatch,
    /// Samples of OpenAI's evals; an answer is right that contains an `ideal` one.
    OpenaiIncludes,
    /// Recorded runs of tau-bench, named MODEL-DOMAIN.json.
    TauBench,
    /// Questions with character spans of the documents that hold the evidence.
    Questions,
}
