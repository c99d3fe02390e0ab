use std::path::PathBuf;

/// Reports to write beside what is printed.
#[derive(Debug, Clone, clap::Args)]
pub struct Reports {
    /// Write a page that needs nothing else.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write JUnit XML, for CI.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write Markdown, for a pull request.
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
}
