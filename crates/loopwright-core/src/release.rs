//! A release: a variant promoted to serve, with its evidence.

use serde::{Deserialize, Serialize};

use crate::{AgentName, Digest, Patch, Variant};

/// A variant promoted to serve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The agent.
    pub agent: AgentName,
    /// The variant.
    pub variant: Variant,
    /// The variant it replaces.
    pub parent: Option<Digest>,
    /// What was changed.
    pub patch: Patch,
    /// The technique that proposed it, and the finding it answers.
    pub reason: String,
    /// Number of the vault query that accepted it; `None` when a person did so provisionally.
    pub query: Option<u32>,
    /// Who accepted.
    pub accepted_by: String,
    /// When, nanoseconds since the Unix epoch.
    pub at_ns: u64,
}
