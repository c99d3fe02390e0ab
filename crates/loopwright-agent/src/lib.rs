//! How an agent acts: the parts of a variant, the run machine, context, tools, approvals, attached agents, and the trace
//! they leave.

mod approval;
mod arguments;
mod assemble;
mod attached;
mod attempts;
mod conversation;
mod machine;
mod part;
mod recorder;
mod remote;
mod run;
mod spec;
mod tokens;
mod toolbox;
mod world;

pub use approval::{Always, Approver, Ruling};
pub use arguments::nearest;
pub use assemble::{Assembled, assemble};
pub use attached::{Remote, RemoteError, Reply, ReportedCall, ReportedChat};
pub use conversation::Conversation;
// How a tool call went is a noun of the trace; whoever builds a toolbox needs it too.
pub use loopwright_core::ToolStatus;
pub use machine::{Machine, Step};
pub use part::{
    ContextPart, Effect, Endpoint, EndpointCaller, Example, ExampleCall, Limits, ModelPart, Parameter, ParameterType,
    PartError, Requirement, ToolPart, WorldPart,
};
pub use remote::{ConnectError, Programs, TemplateError, connect};
pub use run::{RunContext, run};
pub use spec::AgentSpec;
pub use tokens::estimate_tokens;
pub use toolbox::Toolbox;
pub use world::{Examined, Table, ToolOutput, World, WorldError, WorldSeed, Worlds};
