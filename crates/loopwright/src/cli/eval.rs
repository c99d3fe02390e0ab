use std::num::{NonZeroU32, NonZeroUsize};

use loopwright_core::SuiteName;

use super::{ArmOverride, Budget, Reports};

/// Measure an agent: run the cases of a suite, several trials each, and say how good it is and how sure that is.
#[derive(Debug, Clone, clap::Args)]
pub struct EvalArgs {
    /// The suite; may be left out when there is one alone.
    pub suite: Option<SuiteName>,
    /// Trials of each case, in place of the suite's own number.
    #[arg(long, value_name = "N")]
    pub trials: Option<NonZeroU32>,
    /// Only the first N cases.
    #[arg(long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    /// Only cases with this tag, or with a key that begins so; several widen the choice.
    #[arg(long, value_name = "TAG|KEY")]
    pub filter: Vec<String>,
    /// A further arm: what is different in it, such as `wide:knowledge/top_k=8`.
    #[arg(long = "arm", value_name = "NAME:PART/KEY=VALUE")]
    pub arms: Vec<ArmOverride>,
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
    pub reports: Reports,
}
