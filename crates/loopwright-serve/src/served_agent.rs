//! An agent behind the door.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use loopwright_agent::{AgentSpec, PartError, World};
use loopwright_core::{
    Arm, ArmName, CaseKey, Clock, Condition, Digest, Input, NameError, Purpose, RunId, RunManifest, Split, SuiteName,
    TrialKey, TrialSite, Variant, VirtualClock,
};
use loopwright_knowledge::Index;
use loopwright_model::{ModelRef, open};

use crate::front::{FrontError, Setting};

/// What the names of served suites and cases begin with.
const SERVED: &str = "served";

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
    pub(crate) run: RunId,
    arm: Arm,
    asked: AtomicU64,
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
        Ok(Self { spec, model, index, world, run, arm, asked: AtomicU64::new(0) })
    }

    /// The clock of one request. That of a simulated model is its own and does not wait.
    pub(crate) fn clock(&self, clock: &Arc<dyn Clock>) -> Arc<dyn Clock> {
        match self.model.is_simulated() {
            true => Arc::new(VirtualClock::starting_at(clock.now_ns())),
            false => Arc::clone(clock),
        }
    }

    /// What the next request, which holds `input`, is a trial of. The same input is the same case.
    pub(crate) fn site(&self, key: TrialKey, input: &Input) -> Result<TrialSite, NameError> {
        Ok(TrialSite {
            key,
            run: self.run.clone(),
            index: self.asked.fetch_add(1, Ordering::Relaxed),
            arm: self.arm.name.clone(),
            case: CaseKey::new(format!("{SERVED}-{}", input.digest().short()))?,
            group: None,
            tags: vec![],
            condition: Condition::Plain,
            repetition: 0,
        })
    }

    /// The run that the agent's requests belong to. Nobody knows how many there will be, so none are planned.
    pub(crate) fn manifest(&self, setting: &Setting) -> Result<RunManifest, NameError> {
        Ok(RunManifest {
            id: self.run.clone(),
            purpose: Purpose::Served,
            // Where an eval has the name of its suite; one an agent, so that lists tell them apart.
            suite: SuiteName::new(format!("{SERVED}-{}", self.spec.name))?,
            plan: Digest::of_fields(SERVED, &[self.run.as_str().as_bytes(), self.spec.variant.as_bytes()]),
            seed: setting.seed,
            arms: vec![self.arm.clone()],
            metrics: vec![],
            metric_specs: Default::default(),
            split: Split::Dev,
            trials: 0,
            simulated: self.model.is_simulated(),
            started_ns: setting.clock.now_ns(),
            version: setting.version.clone(),
        })
    }
}

fn model(spec: &AgentSpec) -> Result<ModelRef, PartError> {
    spec.model.reference.parse().map_err(|error: loopwright_model::ParseModelRefError| PartError {
        agent: spec.name.clone(),
        part: "model".to_owned(),
        message: error.to_string(),
    })
}
