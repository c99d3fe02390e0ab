use std::path::PathBuf;

use clap::ValueEnum;
use loopwright_core::{ArmName, RunId};

/// What `export` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// In what form.
    #[arg(value_enum, value_name = "FORMAT")]
    pub to: ExportFormat,
    /// The run, or the beginning of its id.
    #[arg(value_name = "RUN")]
    pub run: RunId,
    /// The file to write; it must not be there yet.
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// The arm, where the run has several.
    #[arg(long, value_name = "ARM")]
    pub arm: Option<ArmName>,
}

/// A foreign format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// A log that Inspect opens (`.eval`).
    Inspect,
}
