//! A gate: a pre-declared decision rule, what it decided, and the record of every question to the vault.

use serde::{Deserialize, Serialize};

use crate::{Comparison, Cost, Digest, RunId, SuiteName};

/// Which rule decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateKind {
    /// Every change: not worse than the baseline on the regression suite. Never touches the vault.
    Ci,
    /// A candidate becomes champion: better on the vault.
    Promotion,
    /// A token cut becomes champion: not worse on the vault, and cheaper by the stated share.
    TokenCut,
}

/// What a gate decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Decision {
    /// The evidence is there.
    Accept,
    /// It is proven worse.
    Reject {
        /// On what.
        reason: String,
    },
    /// Not enough evidence.
    Inconclusive {
        /// What is missing.
        reason: String,
        /// The cheapest next step: how many cases or trials, and what they cost.
        next_step: String,
    },
}

impl Decision {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accept => "ACCEPT",
            Self::Reject { .. } => "REJECT",
            Self::Inconclusive { .. } => "INCONCLUSIVE",
        }
    }
}

/// The outcome of a gate, with the evidence it lets out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateOutcome {
    /// The rule.
    pub kind: GateKind,
    /// The decision.
    pub decision: Decision,
    /// Level of significance that was in force, after alpha spending.
    pub alpha: f64,
    /// Margin that was in force.
    pub margin: f64,
    /// Paired differences: the primary metric first, then the safeguards. From the vault they are rounded and name no case.
    pub endpoints: Vec<Comparison>,
}

/// One question put to the vault: a fact, whatever the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateQuery {
    /// The suite whose vault was opened.
    pub suite: SuiteName,
    /// Digest of the vault's cases: its generation.
    pub vault: Digest,
    /// Which question to this generation, from 1.
    pub number: u32,
    /// The run that measured.
    pub run: RunId,
    /// The incumbent's variant.
    pub incumbent: Digest,
    /// The candidate's variant.
    pub candidate: Digest,
    /// What came out.
    pub outcome: GateOutcome,
    /// Cases of the vault.
    pub cases: u64,
    /// Trials a case and arm.
    pub trials: u32,
    /// What the question cost.
    pub cost: Cost,
    /// When, nanoseconds since the Unix epoch.
    pub at_ns: u64,
}
