use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use loopwright_core::SuiteName;

use super::{Budget, VerdictReports};

/// Say whether the agent as it stands may replace what it is measured against. Ends with 3 when it is worse, with 4 when
/// the evidence is not enough.
#[derive(Debug, Clone, clap::Args)]
pub struct GateArgs {
    /// What it is measured against: `baseline`, `release`, or a file that holds a variant.
    #[arg(long, value_name = "baseline|release|FILE", default_value = "baseline")]
    pub against: Against,
    /// The suite; may be left out when there is one alone.
    #[arg(long, value_name = "SUITE")]
    pub suite: Option<SuiteName>,
    /// Trials at the same time. Results do not depend on it.
    #[arg(long, value_name = "N")]
    pub concurrency: Option<NonZeroUsize>,
    /// The seed of the run; drawn afresh when absent.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// What may be spent.
    #[command(flatten)]
    pub budget: Budget,
    /// Reports to write.
    #[command(flatten)]
    pub reports: VerdictReports,
}

/// What a gate measures against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// The variant of the last accepted state.
    Baseline,
    /// The variant that is released.
    Release,
    /// A variant in a file.
    File(PathBuf),
}

impl FromStr for Against {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "baseline" => Self::Baseline,
            "release" => Self::Release,
            file => Self::File(file.into()),
        })
    }
}
