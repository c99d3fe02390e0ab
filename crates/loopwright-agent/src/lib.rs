//! How an agent acts: the parts of a variant, the run machine, context, tools, and the trace they leave.

mod arguments;
mod part;
mod spec;
mod tokens;

pub use arguments::nearest;
pub use part::{
    ContextPart, Effect, Endpoint, Example, ExampleCall, Limits, ModelPart, Parameter, ParameterType, PartError,
    Requirement, ToolPart,
};
pub use spec::{AgentSpec, WorldPart};
pub use tokens::estimate_tokens;
