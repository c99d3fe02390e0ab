use loopwright_core::{FindingCode, SuiteName};

use super::{Reports, Running};

/// Try remedies for what was found, and keep what holds: candidates race on dev, the vault decides.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ImproveArgs {
    /// The suite; may be left out when there is one alone.
    pub suite: Option<SuiteName>,
    /// Only remedies for this finding, such as LW101.
    #[arg(long, value_name = "CODE")]
    pub finding: Option<FindingCode>,
    /// Write the accepted change to the project's files.
    #[arg(long)]
    pub accept: bool,
    /// How trials are run.
    #[command(flatten)]
    pub running: Running,
    /// Reports to write.
    #[command(flatten)]
    pub reports: Reports,
}
