//! What has been said and found so far in a run.

use loopwright_core::{FoundPassage, Input, Message, Role, ToolSpec};
use serde::{Deserialize, Serialize};

/// What has been said and found so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// What came in; the last message is the one to answer.
    pub input: Vec<Message>,
    /// Tools that came with the input, in place of the agent's own. They are recorded, never carried out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought: Vec<ToolSpec>,
    /// Passages that were found and fit their budget, in the order in which they are shown.
    pub passages: Vec<FoundPassage>,
    /// Tokens (estimated) of those that did not fit.
    #[serde(default)]
    pub passages_dropped: u64,
    /// What model and tools said since.
    pub exchange: Vec<Message>,
}

impl Conversation {
    /// Begins with `input`.
    pub fn new(input: &Input) -> Self {
        let (input, brought) = (input.messages.clone(), input.tools.clone());
        Self { input, brought, passages: vec![], passages_dropped: 0, exchange: vec![] }
    }

    /// The text of the last user message.
    pub fn question(&self) -> String {
        let last = self.input.iter().rev().find(|message| message.role == Role::User);
        last.map(Message::plain_text).unwrap_or_default()
    }

    /// The last thing that the model said in words; empty when it said nothing.
    pub fn last_words(&self) -> String {
        let said = self.exchange.iter().rev().filter(|message| message.role == Role::Assistant);
        said.map(Message::plain_text).find(|text| !text.is_empty()).unwrap_or_default()
    }
}
