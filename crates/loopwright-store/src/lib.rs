//! The ledger, the queue, the budgets and the keys on disk: one SQLite file behind the ports [`loopwright_core::Ledger`],
//! [`loopwright_core::Queue`], [`loopwright_core::Quota`] and [`loopwright_core::KeyRing`].
//!
//! **What survives.** A call that returned is recorded. It survives the death of the process at any moment, `kill -9`
//! included: the file is in write-ahead mode, and a committed transaction is in the hands of the operating system. After
//! a loss of power, or a crash of the operating system, the file is whole, but the last moments before it (since the
//! last checkpoint, a few megabytes of writes) may be missing, and their trials wait again. That is the mode
//! `synchronous = NORMAL`; it spares one wait for the disk a transaction. Gate queries and releases are worth that
//! wait: a transaction that holds one is forced to the disk before it is acknowledged.
//!
//! **What is sealed.** Of a run on the vault the store keeps the key and cost of each trial, and counts. Traces, final
//! states, scores and failure messages of such a run are never written, so that no reader can show them.
//!
//! **Who works.** One thread owns the connection that writes, and puts all requests that wait for it into one
//! transaction. Two threads read, each from its own snapshot. The futures need no runtime. A future that is dropped
//! before it is done may still have its effect.

mod store;

mod label;
mod lane;
mod reader;
mod request;
mod writer;

mod column;
mod database;
mod fault;
mod migration;
mod opinion;

mod finding;
mod gate_query;
mod ledger;
mod release;
mod run;
mod score;
mod trial;

mod api_key;
mod job;
mod lease;
mod queue;
mod quota;

pub use store::Store;
