//! Properties of the knowledge room as a whole.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod chunks;
mod retrieval;
