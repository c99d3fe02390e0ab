use std::path::PathBuf;

use clap::ValueEnum;
use loopwright_core::{AgentName, SuiteName};

/// What `import` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// What the files are.
    #[arg(value_enum, value_name = "FORMAT")]
    pub from: ImportFormat,
    /// The files, or the folder of a configuration; for questions, the documents that they refer to follow.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// bfcl: the file of right answers; otherwise the one that lies beside the questions under its usual name.
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// bfcl, data, openai-match, openai-includes, inspect with `--name`: the agent that the suite measures; otherwise the only
    /// one, or a new one where there is none.
    #[arg(long, value_name = "AGENT")]
    pub agent: Option<AgentName>,
    /// The name of the suite that comes of it; otherwise that of the first file. promptfoo: how the names of the suites begin;
    /// otherwise `promptfoo`. inspect: make a suite of the samples too, under this name.
    #[arg(long, value_name = "NAME")]
    pub name: Option<SuiteName>,
    /// data: which columns are what.
    #[command(flatten)]
    pub columns: Columns,
}

/// Which columns of a data set are what. In JSON and YAML a name such as `item.question` leads into objects.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Columns {
    /// data: the column of what is asked: a text, or a list of messages.
    #[arg(long, value_name = "COLUMN")]
    pub input: Option<String>,
    /// data: the column of what is right; of a list, any will do.
    #[arg(long, value_name = "COLUMN")]
    pub answer: Option<String>,
    /// data: how the answer must agree with it.
    #[arg(long = "match", value_enum, value_name = "HOW", requires = "answer")]
    pub matching: Option<Matching>,
    /// data: the column that names each case; otherwise rows are numbered.
    #[arg(long, value_name = "COLUMN")]
    pub key: Option<String>,
    /// data: the column whose equal values tell which cases are not independent of each other.
    #[arg(long, value_name = "COLUMN")]
    pub group: Option<String>,
    /// data: columns whose values become tags to slice by.
    #[arg(long, value_name = "COLUMN", num_args = 1.., value_delimiter = ',')]
    pub tags: Vec<String>,
}

impl Columns {
    /// The options that were given.
    pub fn given(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            ("--input", self.input.is_some()),
            ("--answer", self.answer.is_some()),
            ("--match", self.matching.is_some()),
            ("--key", self.key.is_some()),
            ("--group", self.group.is_some()),
            ("--tags", !self.tags.is_empty()),
        ];
        given.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name)
    }
}

/// How an answer must agree with that of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Matching {
    /// It contains it; case and white space are folded. So it is when nothing is said.
    Contains,
    /// It is equal; case and white space are folded.
    Equals,
    /// It contains a number that is equal.
    Number,
    /// Nothing must agree; similarity is measured.
    Reference,
}

/// A foreign format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// Questions and right answers of the Berkeley Function Calling Leaderboard.
    Bfcl,
    /// Logs of Inspect (`.eval`), whole or broken off.
    Inspect,
    /// A data set: CSV, JSON, JSON Lines, YAML or XLSX, one row a case.
    Data,
    /// A configuration of promptfoo (`promptfooconfig.yaml`) or its folder: providers become agents, tests become cases.
    Promptfoo,
    /// Results of promptfoo (`promptfoo eval -o out.json`, or `.jsonl`).
    PromptfooResults,
    /// Samples of OpenAI's evals; an answer is right that begins with an `ideal` one.
    OpenaiMatch,
    /// Samples of OpenAI's evals; an answer is right that contains an `ideal` one.
    OpenaiIncludes,
    /// Logs of OpenAI's evals: what `oaieval` records.
    OpenaiLog,
    /// Samples of lm-evaluation-harness (`samples_TASK_TIME.jsonl`) beside their `results_TIME.json`, or the latter for all.
    LmEval,
    /// Recorded runs of tau-bench, named MODEL-DOMAIN.json.
    TauBench,
    /// Results of tau2-bench.
    Tau2,
    /// Questions with character spans of the documents that hold the evidence.
    Questions,
}
