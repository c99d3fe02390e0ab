//! The port to whatever carries out tool calls.

use loopwright_core::BoxFuture;
use serde_json::{Map, Value};

use crate::{ToolOutput, ToolPart, World};

/// Carries out calls whose arguments keep the tool's schema and that policy allows.
pub trait Toolbox: Send + Sync {
    /// Carries out one call.
    fn call<'a>(&'a self, tool: &'a ToolPart, arguments: &'a Map<String, Value>) -> BoxFuture<'a, ToolOutput>;
}

impl Toolbox for World {
    fn call<'a>(&'a self, tool: &'a ToolPart, arguments: &'a Map<String, Value>) -> BoxFuture<'a, ToolOutput> {
        Box::pin(std::future::ready(World::call(self, tool, arguments)))
    }
}
