use std::path::PathBuf;

/// Write the generated pages of the reference, or check that they are up to date.
#[derive(Debug, Clone, clap::Args)]
pub struct DocsArgs {
    /// Write nothing; fail when a page is not up to date.
    #[arg(long)]
    pub check: bool,
    /// Where the pages are.
    #[arg(value_name = "FOLDER", default_value = "docs/reference")]
    pub folder: PathBuf,
}
