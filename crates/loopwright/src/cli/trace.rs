/// Show what happened in one trial, step by step.
#[derive(Debug, Clone, clap::Args)]
pub struct TraceArgs {
    /// The key of the trial, or its first digits.
    pub trial: String,
}
