use loopwright_core::AgentName;

/// Talk to an agent, with its steps in view.
#[derive(Debug, Clone, clap::Args)]
pub struct ChatArgs {
    /// The agent; may be left out when there is one alone.
    pub agent: Option<AgentName>,
}
