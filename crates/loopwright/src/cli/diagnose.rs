use std::num::NonZeroUsize;

use loopwright_core::RunId;

use super::Budget;

/// Find out why trials fail: signals in their traces, confirmed by putting the right thing in and running again.
#[derive(Debug, Clone, clap::Args)]
pub struct DiagnoseArgs {
    /// The run; the latest when absent.
    pub run: Option<RunId>,
    /// Trials at the same time. Results do not depend on it.
    #[arg(long, value_name = "N")]
    pub concurrency: Option<NonZeroUsize>,
    /// The seed of the replays; drawn afresh when absent.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// What may be spent.
    #[command(flatten)]
    pub budget: Budget,
}
