//! A record of a τ-bench result file.

use loopwright_core::{Message, Part, Role, ToolCall};
use serde::Deserialize;

/// One recorded dialogue.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    pub(super) task_id: u64,
    pub(super) trial: u32,
    pub(super) reward: f64,
    info: Info,
    pub(super) traj: Vec<Said>,
}

#[derive(Debug, Deserialize)]
struct Info {
    task: Task,
}

#[derive(Debug, Deserialize)]
struct Task {
    instruction: String,
}

/// One message, in the form of the OpenAI chat API.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    pub(super) role: Role,
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<Call>>,
    #[serde(default)]
    pub(super) tool_call_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Call {
    id: String,
    function: Function,
}

#[derive(Debug, Deserialize)]
struct Function {
    name: String,
    arguments: String,
}

impl Record {
    /// What the simulated user was told to do.
    pub(super) fn scenario(&self) -> &str {
        &self.info.task.instruction
    }

    /// The system message; empty when the dialogue does not begin with one.
    pub(super) fn instructions(&self) -> &str {
        let first = self.traj.first().filter(|said| said.role == Role::System);
        first.map_or("", Said::text)
    }
}

impl Said {
    pub(super) fn text(&self) -> &str {
        self.content.as_deref().unwrap_or_default()
    }

    pub(super) fn message(&self) -> Message {
        let text = self.content.iter().filter(|text| !text.is_empty());
        let calls = self.tool_calls.iter().flatten().map(|call| ToolCall {
            id: call.id.clone(),
            name: call.function.name.clone(),
            arguments: call.function.arguments.clone(),
        });
        Message {
            role: self.role,
            content: text.map(|text| Part::Text { text: text.clone() }).collect(),
            tool_calls: calls.collect(),
            tool_call_id: self.tool_call_id.clone(),
        }
    }
}
