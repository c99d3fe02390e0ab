use std::path::PathBuf;

use clap::ValueEnum;
use loopwright_core::SuiteName;

/// Read cases or recorded runs that were written elsewhere.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// What the files are.
    #[arg(value_enum, value_name = "FORMAT")]
    pub from: ImportFormat,
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// bfcl: the file of right answers.
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// The name of the suite that comes of it; otherwise that of the first file.
    #[arg(long, value_name = "NAME")]
    pub name: Option<SuiteName>,
}

/// A foreign format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// Questions and right answers of the Berkeley Function Calling Leaderboard.
    Bfcl,
    /// Recorded runs of tau-bench.
    TauBench,
    /// Questions with character spans of the documents that hold the evidence.
    Questions,
}
