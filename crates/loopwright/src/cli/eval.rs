use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use loopwright_core::SuiteName;

use super::{ArmOverride, BaselineName, CaseFilter, Reports, Running, TrialReports};

/// Measure an agent: run the cases of a suite, several trials each, and say how good it is and how sure that is.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct EvalArgs {
    /// The suite; may be left out when there is one alone.
    pub suite: Option<SuiteName>,
    /// Trials of each case, in place of the suite's own number.
    #[arg(long, value_name = "N")]
    pub trials: Option<NonZeroU32>,
    /// Only the first N cases.
    #[arg(long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    /// Only cases with this tag, of this group, or with a key that begins so; `*` and `?` stand for any text and any letter.
    /// Several widen the choice.
    #[arg(long, value_name = "TAG|GROUP|KEY")]
    pub filter: Vec<CaseFilter>,
    /// A further arm: what is different in it, such as `wide:knowledge/top_k=8`.
    #[arg(long = "arm", value_name = "NAME:PART/KEY=VALUE")]
    pub arms: Vec<ArmOverride>,
    /// Run the trials of the last such run that died of their infrastructure once more, judge anew those that could not be
    /// scored, and nothing else.
    #[arg(long)]
    pub retry_errors: bool,
    /// Keep the answers of models in FILE, and take from there those that it holds. A call is known by its model, its request
    /// and its trial's seed: give `--seed` to meet the same ones again. Of the vault nothing is ever kept.
    #[arg(long, value_name = "FILE")]
    pub cassette: Option<PathBuf>,
    /// Ask no model: what the cassette does not hold is a failure of the infrastructure.
    #[arg(long, requires = "cassette")]
    pub replay: bool,
    /// Keep the agent as it was measured as the baseline NAME, for `gate --against` and `compare --baseline`. The name
    /// `baseline` is what `gate` measures against of itself.
    #[arg(long, value_name = "NAME")]
    pub bless: Option<BaselineName>,
    /// How trials are run.
    #[command(flatten)]
    pub running: Running,
    /// Reports to write.
    #[command(flatten)]
    pub reports: Reports,
    /// Tables of trials to write.
    #[command(flatten)]
    pub trial_reports: TrialReports,
}
