use loopwright_core::AgentName;

/// What `chat` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ChatArgs {
    /// The agent; may be left out when there is one alone.
    pub agent: Option<AgentName>,
    /// Where the model's luck comes from, where that can be chosen; drawn afresh when absent.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}
