use std::path::PathBuf;

/// See the whole loop turn on a bundled project, without a key.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {
    /// Where the project and the report go.
    #[arg(long, value_name = "FOLDER", default_value = "loopwright-demo")]
    pub dir: PathBuf,
    /// The seed; the same one tells the same story.
    #[arg(long, value_name = "N", default_value = "1")]
    pub seed: u64,
}
