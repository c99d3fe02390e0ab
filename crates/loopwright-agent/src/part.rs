//! The parts of a variant that the agent owns, and how they are read.

mod context;
mod endpoint;
mod example;
mod limits;
mod model;
mod tool;
mod world;

use loopwright_core::Variant;
use serde::de::DeserializeOwned;

pub use context::ContextPart;
pub use endpoint::{Endpoint, EndpointCaller};
pub use example::{Example, ExampleCall};
pub use limits::Limits;
pub use model::ModelPart;
pub use tool::{Effect, Parameter, ParameterType, Requirement, ToolPart};
pub use world::WorldPart;

/// A part of a variant cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("part `{part}` of agent `{agent}`: {message}")]
pub struct PartError {
    /// The agent.
    pub agent: String,
    /// The part.
    pub part: String,
    /// What is wrong.
    pub message: String,
}

impl PartError {
    pub(crate) fn new(variant: &Variant, part: &str, message: impl Into<String>) -> Self {
        Self { agent: variant.agent.to_string(), part: part.to_owned(), message: message.into() }
    }
}

/// Reads the part `name`; the default where there is none.
pub(crate) fn read<T: DeserializeOwned + Default>(variant: &Variant, name: &str) -> Result<T, PartError> {
    match variant.part(name) {
        None | Some(serde_json::Value::Null) => Ok(T::default()),
        Some(value) => T::deserialize(value).map_err(|error| PartError::new(variant, name, error.to_string())),
    }
}
