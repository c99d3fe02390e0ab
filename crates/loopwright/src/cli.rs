//! What can be typed: one struct for the options that every command has, one file for the options of each command.

mod baseline_name;
mod budget;
mod case_filter;
mod chat;
mod compare;
mod demo;
mod diagnose;
mod docs;
mod doctor;
mod eval;
mod explain;
mod export;
mod gate;
mod import;
mod improve;
mod init;
mod keys;
mod reports;
mod running;
mod runs;
mod serve;
mod trace;
mod worker;

mod arm_override;
mod help;
mod reference;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::printer::{Colour, Format, Verbosity};

pub use arm_override::{ArmOverride, ParseArmOverrideError};
pub use baseline_name::{BaselineName, ParseBaselineNameError};
pub use budget::{Budget, ParseDollarsError};
pub use case_filter::{CaseFilter, ParseCaseFilterError};
pub use chat::ChatArgs;
pub use compare::CompareArgs;
pub use demo::DemoArgs;
pub use diagnose::DiagnoseArgs;
pub use docs::DocsArgs;
pub use doctor::DoctorArgs;
pub use eval::EvalArgs;
pub use explain::ExplainArgs;
pub use export::{ExportArgs, ExportFormat};
pub use gate::{Against, GateArgs};
pub use help::{CommandAbout, GROUPS, command, commands};
pub use import::{Columns, ImportArgs, ImportFormat, Matching};
pub use improve::ImproveArgs;
pub use init::InitArgs;
pub use keys::{KeysArgs, KeysWork};
pub use reference::reference;
pub use reports::{Reports, TrialReports, VerdictReports};
pub use running::Running;
pub use runs::RunsArgs;
pub use serve::ServeArgs;
pub use trace::TraceArgs;
pub use worker::{Work, WorkerArgs};

/// The build, eval, improve loop for AI agents, in one binary.
#[derive(Debug, Parser)]
#[command(name = "loopwright", version, disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    /// What every command has.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command has.
#[derive(Debug, Clone, clap::Args)]
pub struct Global {
    /// The project's folder; otherwise the working directory, or the nearest folder above it that is a project.
    #[arg(long, global = true, display_order = 901, value_name = "FOLDER")]
    pub project: Option<PathBuf>,
    /// Lay `[profile.NAME]` of loopwright.toml over the project.
    #[arg(long, global = true, display_order = 902, value_name = "NAME")]
    pub profile: Option<String>,
    /// In what form results are written to standard output.
    #[arg(long, global = true, display_order = 903, value_enum, default_value_t, value_name = "FORM")]
    pub format: Format,
    /// Whether to colour what is for people.
    #[arg(long, global = true, display_order = 904, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Colour,
    /// Say nothing but warnings and errors on standard error.
    #[arg(long, short, global = true, display_order = 905, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more on standard error.
    #[arg(long, short, global = true, display_order = 906)]
    pub verbose: bool,
}

impl Global {
    /// How much is said.
    pub fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        }
    }
}

/// The commands that there are.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a project: a small one that runs at once, or one around an agent that exists.
    ///
    /// In an empty folder, a small whole project that `loopwright eval` runs at once on the built-in stand-in. With
    /// `--from`, one around an agent that exists: a function in a file (a shim without dependencies is written around it),
    /// a server, or a command. Nothing that is there is overwritten.
    Init(InitArgs),
    /// Talk to an agent, with its steps in view.
    ///
    /// Reads questions line by line, from the keyboard or a pipe. Answers go to standard output; tool calls, questions for
    /// permission and costs to standard error. A tool that changes something asks first.
    Chat(ChatArgs),
    /// Read cases or recorded runs that were written elsewhere.
    ///
    /// data and samples of OpenAI's evals make a suite of questions and answers, bfcl one with the AST matcher; questions make
    /// knowledge, an agent that answers from it, and a suite of retrieval and citation; a configuration of promptfoo makes
    /// agents and suites, and a list of what was left out; inspect and tau-bench add recorded runs to the ledger and say what
    /// they amount to. Files come to lie in `imported/`. In an empty folder a project is made. Nothing that is there is
    /// changed.
    Import(ImportArgs),
    /// Write a run in the form of another tool.
    ///
    /// inspect makes a log that Inspect's own viewer and `read_eval_log` open: the trials of the plain condition as samples
    /// and epochs, with their steps and scores. A score that could not be made is left out there; its reason stands in the
    /// sample's metadata. Runs on the vault stay sealed.
    Export(ExportArgs),
    /// Measure an agent: how good it is, and how sure that is.
    ///
    /// Runs the dev cases of a suite, several trials each, plain and perturbed. A run that was broken off goes on where it
    /// stood. Cases of the vault are never run.
    Eval(EvalArgs),
    /// Find out why trials fail.
    ///
    /// Signals in the traces say what went wrong; running failed cases again with the right passage, tool or argument put
    /// in says how much mending it would win over a plain rerun.
    #[command(visible_alias = "why")]
    Diagnose(DiagnoseArgs),
    /// Try remedies for what was found, and keep what holds.
    ///
    /// Candidates race on the dev cases beside a placebo; the best are put to the sealed vault, one at a time. Nothing is
    /// written without `--accept`.
    Improve(ImproveArgs),
    /// Compare two runs case by case, or several models on one suite, with a verdict.
    Compare(CompareArgs),
    /// Say whether the agent may replace what it is measured against.
    ///
    /// Ends with 3 when it is worse, with 4 when the evidence is not enough. The vault stays closed.
    Gate(GateArgs),
    /// Serve the project's agents, and models, behind the protocols of OpenAI and Anthropic, each request a trial.
    ///
    /// `POST /v1/chat/completions`, `/v1/responses` or `/v1/messages` with an agent's name as the model, or with a model or
    /// an alias that `[serve]` lets through: that is put to the model itself, with the caller's tools and form of answer,
    /// and recorded all the same. `POST /v1/embeddings` asks models alone; `POST /v1/feedback` takes what a person judged of
    /// an answer, and `trace` shows it. `/statusz` says in words what goes on and what is broken, `/metrics` in numbers. What
    /// an agent's tools act on is one world in memory, shared by all requests and gone with the process. A tool that would
    /// change something is refused unless `--approve` is given. Interrupted, or asked to end, it lets the requests under way
    /// end first.
    Serve(ServeArgs),
    /// Make, list or revoke the keys that callers show to `serve`.
    ///
    /// A key is shown once, when it is made; its digest alone is kept. It opens all that is served, or the agents,
    /// aliases and models that it names, for ever or for so many days. `serve` asks for keys if there is one when it
    /// starts, or if `LOOPWRIGHT_SERVE_KEY` is set, which opens everything; what is added or revoked from then on holds at
    /// once.
    Keys(KeysArgs),
    /// List the runs of the project, or show one.
    Runs(RunsArgs),
    /// Show what happened in one trial, step by step.
    Trace(TraceArgs),
    /// Do the work that was left to a worker, or leave some to it.
    ///
    /// Any number of workers share one ledger: each job is claimed by one, and taken over when that one dies.
    Worker(WorkerArgs),
    /// See the whole loop turn on a bundled project, without a key.
    Demo(DemoArgs),
    /// Explain a finding, a metric or a word of Loopwright.
    Explain(ExplainArgs),
    /// Examine a model: what works with it, and what degrades.
    ///
    /// A dozen small calls find out whether it answers, streams, calls tools, calls several at once, uses their results,
    /// keeps a schema, keeps a limit, reports tokens and reads a repeated prefix from a cache. What degrades is worked
    /// around; the line says at what price. It asks before it spends, and stops at one dollar. A key comes from the
    /// environment, as `loopwright eval` takes it. Ends with 1 when the model does not answer.
    Doctor(DoctorArgs),
    /// Write the generated pages of the reference, or check that they are up to date.
    #[command(hide = true)]
    Docs(DocsArgs),
}
