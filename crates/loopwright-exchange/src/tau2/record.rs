//! What stands in a results file of τ²-bench, as far as it is read.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub(super) struct Results {
    #[serde(default)]
    pub(super) timestamp: Option<String>,
    pub(super) info: Info,
    pub(super) tasks: Vec<Task>,
    pub(super) simulations: Vec<Simulation>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Info {
    #[serde(default)]
    pub(super) num_trials: Option<u64>,
    pub(super) agent_info: Agent,
    pub(super) environment_info: Environment,
}

#[derive(Debug, Deserialize)]
pub(super) struct Agent {
    pub(super) implementation: String,
    #[serde(default)]
    pub(super) llm: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Environment {
    pub(super) domain_name: String,
    #[serde(default)]
    pub(super) policy: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) user_scenario: Scenario,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scenario {
    #[serde(default)]
    persona: Option<String>,
    /// A text, or an object of texts.
    instructions: Value,
}

impl Scenario {
    /// What the simulated user was told: its persona, and each part of its instructions under its name.
    pub(super) fn text(&self) -> String {
        let instructions = match &self.instructions {
            Value::Object(parts) => {
                let said = parts.iter().filter_map(|(name, part)| Some((name, part.as_str()?)));
                said.map(|(name, part)| format!("{}: {part}", name.replace('_', " "))).collect::<Vec<_>>().join("\n")
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.persona.iter().map(|persona| format!("persona: {persona}\n")).collect::<String>() + &instructions
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Simulation {
    pub(super) task_id: String,
    #[serde(default)]
    pub(super) trial: u32,
    #[serde(default)]
    pub(super) start_time: Option<String>,
    #[serde(default)]
    pub(super) end_time: Option<String>,
    pub(super) termination_reason: String,
    #[serde(default)]
    pub(super) reward_info: Option<Reward>,
    #[serde(default)]
    pub(super) messages: Vec<Said>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reward {
    pub(super) reward: f64,
    /// By what it rests on, such as `DB` and `COMMUNICATE`.
    #[serde(default)]
    reward_breakdown: Option<BTreeMap<String, Option<f64>>>,
}

impl Simulation {
    /// The parts of the reward.
    pub(super) fn parts(&self) -> &BTreeMap<String, Option<f64>> {
        static NONE: BTreeMap<String, Option<f64>> = BTreeMap::new();
        self.reward_info.as_ref().and_then(|info| info.reward_breakdown.as_ref()).unwrap_or(&NONE)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Said {
    /// `system`, `assistant`, `user` or `tool`.
    pub(super) role: String,
    #[serde(default)]
    pub(super) content: Option<String>,
    #[serde(default)]
    pub(super) tool_calls: Option<Vec<Call>>,
    /// Of a tool: the call that it answers.
    #[serde(default)]
    pub(super) id: Option<String>,
    /// Of a tool: who called it.
    #[serde(default)]
    pub(super) requestor: Option<String>,
    /// Of a tool: whether it failed.
    #[serde(default)]
    pub(super) error: Option<bool>,
    #[serde(default)]
    pub(super) timestamp: Option<String>,
    /// US dollars.
    #[serde(default)]
    pub(super) cost: Option<f64>,
    #[serde(default)]
    pub(super) usage: Option<Tokens>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Call {
    #[serde(default)]
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) arguments: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Tokens {
    #[serde(default)]
    pub(super) prompt_tokens: Option<u64>,
    #[serde(default)]
    pub(super) completion_tokens: Option<u64>,
}
