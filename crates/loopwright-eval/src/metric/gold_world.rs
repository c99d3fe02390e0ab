//! The world as the gold calls of a case leave it.

use loopwright_agent::{AgentSpec, ToolStatus, World, WorldError, WorldSeed};
use loopwright_core::{Case, GoldCall, Unscored};
use serde_json::Value;

/// Where the gold calls of a case can be carried out: the world that an agent begins in, and the tools it has.
#[derive(Debug, Clone, Copy)]
pub struct GoldWorld<'a> {
    /// The world at the beginning.
    pub seed: &'a WorldSeed,
    /// The agent, of which the tools are used.
    pub agent: &'a AgentSpec,
}

impl GoldWorld<'_> {
    /// A fresh world in which the gold calls of `case` were carried out in order, each with the first arguments that are
    /// right.
    ///
    /// # Errors
    /// When a gold call is none that the agent can make, or fails; when the world cannot be opened.
    pub(super) fn after(&self, case: &Case) -> Result<World, Unscored> {
        let world = World::open(self.seed, case.input.setup.as_deref()).map_err(broken)?;
        for call in case.expectation.calls.iter().flatten() {
            self.carry_out(&world, call).map_err(|why| gold(call, &why))?;
        }
        Ok(world)
    }

    fn carry_out(&self, world: &World, call: &GoldCall) -> Result<(), String> {
        let arguments = self.agent.arguments(&call.tool, &Value::Object(call.arguments()).to_string());
        let (Some(tool), Some(arguments)) = (self.agent.tool(&call.tool), arguments) else {
            return Err("the agent has no such tool".to_owned());
        };
        let output = world.call(tool, &arguments?);
        if output.status == ToolStatus::Done { Ok(()) } else { Err(output.text) }
    }
}

fn broken(error: WorldError) -> Unscored {
    Unscored::Scorer(error.to_string())
}

fn gold(call: &GoldCall, why: &str) -> Unscored {
    Unscored::Gold(format!("the gold call of `{}` cannot be carried out: {why}", call.tool))
}
