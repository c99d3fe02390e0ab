//! The front door of production: the agents of a project, and models, behind OpenAI's and Anthropic's protocols, each
//! request a trial in the ledger.
//!
//! The way through: a [`Setting`] names the agents and what they may use, and the models that may be asked
//! ([`Gateway`]); [`Front::open`] makes them ready and begins their runs in the ledger; [`serve`] answers on a listener
//! until it is told to drain. A request is identified, admitted, read, run by `loopwright_agent::run` (the same that an
//! eval runs) or put to a model, and answered; its trace goes to a bounded queue and from there to the ledger.
//!
//! Invariants: nothing here evaluates. Writing a trace never delays an answer: what finds the queue full is dropped and
//! counted. Every queue and every wait has a bound ([`Bounds`]). A caller never says where a request is sent to.

mod bounds;
mod front;
mod gateway;
mod served_agent;
mod served_log;

// The way of a request.
mod answer_headers;
mod body;
mod caller;
mod converse;
mod guard;
mod model_call;
mod performance;
mod protocol;
mod refusal;
mod relay;
mod route;
mod router;
mod stream;
mod telling;
mod text_or;
mod ticket;
mod wanted;

// What goes on beside it.
mod count_tokens;
mod embeddings;
mod feedback;
mod flights;
mod health;
mod metrics;
mod models;
mod trace_queue;
mod unattended;

mod serve;

pub use bounds::Bounds;
pub use front::{Front, FrontError, Setting};
pub use gateway::{Gateway, ModelPattern, ModelPatternError};
pub use guard::{Exposed, check_exposure};
pub use router::router;
pub use serve::{ServeError, serve};
pub use served_agent::ServedAgent;
pub use unattended::Unattended;
