//! A world that is opened when a tool is first called: most trials of a desk that answers from pages never call one.

use std::sync::OnceLock;

use loopwright_agent::{ToolOutput, ToolPart, ToolStatus, Toolbox, World, WorldError, WorldSeed};
use loopwright_core::{BoxFuture, StateImage};
use serde_json::{Map, Value};

/// The world of one trial, opened when it is needed.
pub(crate) struct LazyWorld<'a> {
    seed: &'a WorldSeed,
    setup: Option<&'a str>,
    world: OnceLock<Result<World, WorldError>>,
}

impl<'a> LazyWorld<'a> {
    /// A world made from `seed`, with `setup` (SQL) run in it.
    pub(crate) fn new(seed: &'a WorldSeed, setup: Option<&'a str>) -> Self {
        Self { seed, setup, world: OnceLock::new() }
    }

    fn open(&self) -> &Result<World, WorldError> {
        self.world.get_or_init(|| World::open(self.seed, self.setup))
    }

    /// The state at the end. Where no tool was called it is the state at the beginning.
    ///
    /// # Errors
    /// When the world cannot be opened or serialised.
    pub(crate) fn image(self) -> Result<StateImage, WorldError> {
        if self.setup.is_some() {
            self.open();
        }
        match self.world.into_inner() {
            Some(world) => world?.image(),
            None => Ok(self.seed.image().clone()),
        }
    }
}

impl Toolbox for LazyWorld<'_> {
    fn call<'a>(&'a self, tool: &'a ToolPart, arguments: &'a Map<String, Value>) -> BoxFuture<'a, ToolOutput> {
        match self.open() {
            Ok(world) => Toolbox::call(world, tool, arguments),
            Err(error) => {
                let text = format!("error: the world cannot be opened: {error}");
                Box::pin(std::future::ready(ToolOutput { text, status: ToolStatus::Broken }))
            }
        }
    }
}
