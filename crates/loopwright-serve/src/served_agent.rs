//! An agent behind the door.

use std::sync::Arc;

use loopwright_agent::{AgentSpec, PartError, World};
use loopwright_core::{Arm, ArmName, Clock, RunId, Variant, VirtualClock};
use loopwright_knowledge::Index;
use loopwright_model::{ModelRef, open};

use crate::front::{FrontError, Setting};
use crate::served_log::ServedLog;

/// A native agent, and what it works with.
///
/// The world is live: one database in memory for the life of the process, shared by all requests, so that one caller
/// sees what another has changed. It is gone when the process ends, and no image of it is kept with a trial.
pub struct ServedAgent {
    /// The run in the ledger that its requests belong to. One an agent, as simulated and real models are never mixed.
    pub run: RunId,
    /// The agent.
    pub variant: Variant,
    /// Its knowledge, when it has any.
    pub index: Option<Arc<Index>>,
    /// The world that its tools act on, when it has one.
    pub world: Option<Arc<World>>,
}

/// The same, made ready.
pub(crate) struct Ready {
    pub(crate) spec: AgentSpec,
    pub(crate) model: ModelRef,
    pub(crate) index: Option<Arc<Index>>,
    pub(crate) world: Option<Arc<World>>,
    pub(crate) log: ServedLog,
}

impl Ready {
    pub(crate) fn new(agent: ServedAgent, setting: &Setting) -> Result<Self, FrontError> {
        let ServedAgent { run, variant, index, world } = agent;
        let mut spec = AgentSpec::parse(&variant)?;
        if spec.endpoint.is_some() {
            return Err(FrontError::Attached { agent: spec.name });
        }
        let model = model(&spec)?;
        // Opened once to say now, and not to the first caller, that a key is missing.
        open(&model, Arc::clone(&setting.clock), &setting.access)?;
        spec.limits.seconds = spec.limits.seconds.min(setting.bounds.deadline.as_secs());
        let arm = Arm { name: ArmName::new(spec.name.as_str())?, variant };
        Ok(Self { spec, model, index, world, log: ServedLog::new(run, arm) })
    }
}

/// The clock of one request to `model`. That of a simulated model is its own and does not wait.
pub(crate) fn clock_of(model: &ModelRef, clock: &Arc<dyn Clock>) -> Arc<dyn Clock> {
    match model.is_simulated() {
        true => Arc::new(VirtualClock::starting_at(clock.now_ns())),
        false => Arc::clone(clock),
    }
}

fn model(spec: &AgentSpec) -> Result<ModelRef, PartError> {
    spec.model.reference.parse().map_err(|error: loopwright_model::ParseModelRefError| PartError {
        agent: spec.name.clone(),
        part: "model".to_owned(),
        message: error.to_string(),
    })
}
