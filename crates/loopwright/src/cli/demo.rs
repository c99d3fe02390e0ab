use std::path::PathBuf;

/// See the whole loop turn on a bundled project, without a key.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {
    /// Where the project and the report go; a temporary folder when absent.
    #[arg(long, value_name = "FOLDER")]
    pub dir: Option<PathBuf>,
    /// Keep the temporary folder.
    #[arg(long)]
    pub keep: bool,
    /// The seed; the same one tells the same story.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}
