use std::num::NonZeroUsize;

use super::Budget;

/// How the trials of a command are run, and for how much at most.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Running {
    /// Trials at the same time. Results do not depend on it.
    #[arg(long, value_name = "N")]
    pub concurrency: Option<NonZeroUsize>,
    /// Where the chance of the trials comes from; drawn afresh when absent. The vault always draws its own.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// What may be spent.
    #[command(flatten)]
    pub budget: Budget,
}

impl Running {
    /// With nobody to ask.
    pub fn unattended() -> Self {
        Self { budget: Budget { yes: true, ..Budget::default() }, ..Self::default() }
    }
}
