//! The front door of production: the agents of a project behind OpenAI's protocol, each request a trial in the ledger.
//!
//! The way through: a [`Setting`] names the agents and what they may use; [`Front::open`] makes them ready and begins
//! their runs in the ledger; [`serve`] answers on a listener until it is told to drain. A request is identified,
//! admitted, read, run by `loopwright_agent::run` (the same that an eval runs) and answered; its trace goes to a bounded
//! queue and from there to the ledger.
//!
//! Invariants: nothing here evaluates. Writing a trace never delays an answer: what finds the queue full is dropped and
//! counted. Every queue and every wait has a bound ([`Bounds`]).

mod bounds;
mod front;
mod served_agent;

// The way of a request.
mod chat;
mod chat_body;
mod completion;
mod guard;
mod performance;
mod refusal;
mod router;
mod stream;
mod telling;
mod ticket;

// What goes on beside it.
mod flights;
mod health;
mod models;
mod trace_queue;
mod unattended;

mod serve;

pub use bounds::Bounds;
pub use front::{Front, FrontError, Setting};
pub use guard::{Exposed, check_exposure};
pub use router::router;
pub use serve::{ServeError, serve};
pub use served_agent::ServedAgent;
pub use unattended::Unattended;
