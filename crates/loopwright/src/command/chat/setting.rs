//! What a conversation happens in: the agent, its model, its knowledge, its world as it begins.

use std::sync::Arc;

use loopwright_agent::{AgentSpec, Remote, World, WorldPart, WorldSeed, connect};
use loopwright_core::{Clock, Model, VirtualClock};
use loopwright_knowledge::{Index, KnowledgePart};
use loopwright_model::{Access, ModelRef, OpenError, PriceTable, open};

use crate::context::Context;
use crate::fault::Fault;
use crate::project::{AgentConfig, Project};

/// What a conversation happens in.
pub(super) struct Setting {
    pub(super) spec: AgentSpec,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) model: Arc<dyn Model>,
    pub(super) remote: Option<Arc<dyn Remote>>,
    pub(super) index: Option<Index>,
    world: Option<WorldSeed>,
}

impl Setting {
    pub(super) fn new(project: &Project, config: &AgentConfig, context: &Context) -> Result<Self, Fault> {
        let spec = AgentSpec::parse(&config.variant).map_err(Fault::usage)?;
        let access = Access::new(context.environment.keys_with(&project.key_variables())?, PriceTable::builtin());
        let reference: ModelRef = spec.model.reference.parse().map_err(Fault::usage)?;
        let remote = match &spec.endpoint {
            Some(_) => {
                let connected = connect(&spec, project.root(), Arc::clone(&context.clock), &access);
                Some(connected.map_err(Fault::usage)?)
            }
            None => None,
        };
        // A person need not wait for the time that a simulated model would take.
        let clock: Arc<dyn Clock> = match reference.is_simulated() && remote.is_none() {
            true => Arc::new(VirtualClock::starting_at(context.clock.now_ns())),
            false => Arc::clone(&context.clock),
        };
        let model = open(&reference, Arc::clone(&clock), &access).map_err(unopened)?;
        let (index, world) = (index(project, config)?, world(project, config)?);
        Ok(Self { spec, clock, model, remote, index, world })
    }

    /// Whether the answers only simulate those of a language model.
    pub(super) fn is_simulated(&self) -> bool {
        self.remote.is_none() && self.model.info().simulated
    }

    /// A fresh world, when the agent has one.
    pub(super) fn world(&self) -> Result<Option<World>, Fault> {
        self.world.as_ref().map(|seed| World::open(seed, None)).transpose().map_err(Fault::unexpected)
    }
}

fn unopened(error: OpenError) -> Fault {
    Fault::usage(error).with_hint("`standin:small` needs no key")
}

/// The knowledge of an agent, when it has any.
pub(in crate::command) fn index(project: &Project, config: &AgentConfig) -> Result<Option<Index>, Fault> {
    let Some(value) = config.variant.part("knowledge").filter(|value| !value.is_null()) else { return Ok(None) };
    let part = KnowledgePart::parse(value).map_err(Fault::usage)?;
    let corpus = project.materials.corpora.get(&part.corpus);
    let corpus = corpus.ok_or_else(|| Fault::unexpected("the agent's documents are not at hand"))?;
    Index::build(corpus, &part).map(Some).map_err(Fault::usage)
}

/// The world of an agent as it begins, when it has one.
pub(in crate::command) fn world(project: &Project, config: &AgentConfig) -> Result<Option<WorldSeed>, Fault> {
    let Some(part) = WorldPart::of(&config.variant).map_err(Fault::usage)? else { return Ok(None) };
    let script = project.materials.worlds.get(&part.digest);
    let script = script.ok_or_else(|| Fault::unexpected("the agent's world is not at hand"))?;
    Ok(Some(script.seed()?))
}
