use loopwright_core::{RunId, SuiteName};

use super::{Budget, VerdictReports};

/// Compare two runs case by case, or two models on one suite, with a verdict.
#[derive(Debug, Clone, clap::Args)]
pub struct CompareArgs {
    /// Two runs: what is compared against, then what is compared.
    #[arg(num_args = 2, value_names = ["RUN", "RUN"], required_unless_present = "models")]
    pub runs: Vec<RunId>,
    /// Run the suite on these models and compare them, the first being the one to beat.
    #[arg(long, value_delimiter = ',', value_name = "MODEL,MODEL", conflicts_with = "runs")]
    pub models: Vec<String>,
    /// The suite of `--models`; may be left out when there is one alone.
    #[arg(long, value_name = "SUITE", requires = "models")]
    pub suite: Option<SuiteName>,
    /// What may be spent.
    #[command(flatten)]
    pub budget: Budget,
    /// Reports to write.
    #[command(flatten)]
    pub reports: VerdictReports,
}
