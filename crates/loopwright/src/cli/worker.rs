use clap::ValueEnum;
use loopwright_core::{RunId, SuiteName};

/// What `worker` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct WorkerArgs {
    /// Do what waits, and end; otherwise wait for more until interrupted.
    #[arg(long)]
    pub once: bool,
    /// Leave this to a worker, and end.
    #[arg(long, value_enum, value_name = "WORK", conflicts_with = "once")]
    pub add: Option<Work>,
    /// The suite of the work that is added; may be left out when there is one alone.
    #[arg(long, value_name = "SUITE", requires = "add")]
    pub suite: Option<SuiteName>,
    /// The run to diagnose; the latest when absent.
    #[arg(long, value_name = "RUN", requires = "add")]
    pub run: Option<RunId>,
}

/// Work that can be left to a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Work {
    /// Measure a suite.
    Eval,
    /// Find out why a run fails.
    Diagnose,
    /// Try remedies; nothing is written to the project's files.
    Improve,
}
