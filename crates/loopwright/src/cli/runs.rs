use std::num::NonZeroUsize;

use loopwright_core::RunId;

/// List the runs of the project, or show one.
#[derive(Debug, Clone, clap::Args)]
pub struct RunsArgs {
    /// The run to show; all are listed when it is absent.
    pub run: Option<RunId>,
    /// List at most this many, the latest first.
    #[arg(long, value_name = "N", default_value = "20")]
    pub limit: NonZeroUsize,
}
