use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use loopwright_core::SuiteName;

use super::{BaselineName, Running, VerdictReports};

/// Say whether the agent as it stands may replace what it is measured against. Ends with 3 when it is worse, with 4 when
/// the evidence is not enough.
#[derive(Debug, Clone, clap::Args)]
pub struct GateArgs {
    /// What it is measured against: a blessed baseline, `release`, or a file that holds a variant. Where nothing is blessed as
    /// `baseline`, that is the latest release, or the agent as it was first measured.
    #[arg(long, value_name = "BASELINE|release|FILE", default_value = "baseline")]
    pub against: Against,
    /// The suite; may be left out when there is one alone.
    #[arg(long, value_name = "SUITE")]
    pub suite: Option<SuiteName>,
    /// How trials are run.
    #[command(flatten)]
    pub running: Running,
    /// Reports to write.
    #[command(flatten)]
    pub reports: VerdictReports,
}

/// What a gate measures against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// What is blessed under this name.
    Blessed(BaselineName),
    /// The variant that is released.
    Release,
    /// A variant in a file.
    File(PathBuf),
}

impl FromStr for Against {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match (text, text.parse()) {
            ("release", _) => Self::Release,
            (_, Ok(name)) => Self::Blessed(name),
            (file, Err(_)) => Self::File(file.into()),
        })
    }
}
