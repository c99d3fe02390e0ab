use loopwright_core::{RunId, SuiteName};

use super::{BaselineName, Running, VerdictReports};

/// Compare two runs case by case, or several models on one suite, with a verdict.
#[derive(Debug, Clone, clap::Args)]
pub struct CompareArgs {
    /// Two runs: what is compared against, then what is compared. With `--baseline` the second alone, or the latest.
    #[arg(num_args = 1..=2, value_name = "RUN", required_unless_present_any = ["models", "baseline"],
          conflicts_with_all = ["concurrency", "seed", "max_cost", "max_tokens"])]
    pub runs: Vec<RunId>,
    /// Compare against the run that was blessed as NAME.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["models", "concurrency", "seed", "max_cost", "max_tokens"])]
    pub baseline: Option<BaselineName>,
    /// Run the suite on these models and compare them, the first being the one to beat.
    #[arg(long, value_name = "MODEL,MODEL", conflicts_with = "runs")]
    pub models: Option<String>,
    /// The suite of `--models`; may be left out when there is one alone.
    #[arg(long, value_name = "SUITE", requires = "models")]
    pub suite: Option<SuiteName>,
    /// List every case that passes more or less often than before.
    #[arg(long)]
    pub cases: bool,
    /// How trials are run.
    #[command(flatten)]
    pub running: Running,
    /// Reports to write.
    #[command(flatten)]
    pub reports: VerdictReports,
}
