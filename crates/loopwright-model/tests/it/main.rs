//! The model room against servers on this machine that say exactly what a test wants said.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cassette;
mod chat;
mod contract;
mod endurance;
mod protocols;
mod routes;
mod server;
mod sse;
mod standin;
