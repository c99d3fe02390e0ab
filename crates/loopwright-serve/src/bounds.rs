//! Bounds: how long the front waits, and how much waits in it.

use std::time::Duration;

/// The longest body of a request, in bytes.
pub(crate) const LONGEST_BODY: usize = 1 << 20;

/// What bounds the front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How long one request may take, in whole seconds. Where an agent's own limit is tighter, that one holds.
    pub deadline: Duration,
    /// How long requests that are under way may go on after the front was told to drain.
    pub drain: Duration,
    /// Requests that run at the same time; those beyond are refused at once.
    pub requests: usize,
    /// Traces that wait for the ledger, at least 1; those beyond are dropped and counted.
    pub traces: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(120), drain: Duration::from_secs(30), requests: 256, traces: 1024 }
    }
}
