use std::num::NonZeroUsize;

use loopwright_core::{FindingCode, SuiteName};

use super::{Budget, Reports};

/// Try remedies for what was found, and keep what holds: candidates race on dev, the vault decides.
#[derive(Debug, Clone, clap::Args)]
pub struct ImproveArgs {
    /// The suite; may be left out when there is one alone.
    pub suite: Option<SuiteName>,
    /// Only remedies for this finding, such as LW101.
    #[arg(long, value_name = "CODE")]
    pub finding: Option<FindingCode>,
    /// Write the accepted change to the project's files.
    #[arg(long)]
    pub accept: bool,
    /// Trials at the same time. Results do not depend on it.
    #[arg(long, value_name = "N")]
    pub concurrency: Option<NonZeroUsize>,
    /// The seed of the race; drawn afresh when absent. The vault always draws its own.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// What may be spent.
    #[command(flatten)]
    pub budget: Budget,
    /// Reports to write.
    #[command(flatten)]
    pub reports: Reports,
}
