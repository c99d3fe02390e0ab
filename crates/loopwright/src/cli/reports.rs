use std::path::PathBuf;

/// Reports to write beside what is printed.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Reports {
    /// Write a page that needs nothing else.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Those that hold a verdict alone.
    #[command(flatten)]
    pub verdict: VerdictReports,
}

/// Reports of a verdict: there is no story that a page could tell.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct VerdictReports {
    /// Write JUnit XML, for CI.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write Markdown, for a pull request.
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
}

/// Tables of the trials of a run.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TrialReports {
    /// Write each trial with its scores as a line of JSON.
    #[arg(long, value_name = "FILE")]
    pub jsonl: Option<PathBuf>,
    /// Write each trial with its scores as a row of a table.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
}
