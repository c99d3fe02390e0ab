use serde::{Deserialize, Serialize};

/// What bounds a run (part `limits`). Every run is bounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Model calls, at least 1; the samples of one vote count as one.
    pub steps: u32,
    /// Tokens read and written, over all model calls.
    pub tokens: u64,
    /// Money, over all model calls; `null` for no bound.
    pub micro_dollars: Option<u64>,
    /// Seconds of the run's clock.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 8, tokens: 60_000, micro_dollars: None, seconds: 120 }
    }
}
