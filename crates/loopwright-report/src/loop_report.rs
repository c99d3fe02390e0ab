//! A loop report: the whole story of an eval or an improvement, for one page.

use loopwright_core::{Comparison, Cost, Finding, FindingCode, GateOutcome, GateQuery, Summary};
use serde::{Deserialize, Serialize};

/// The story of a loop: where an agent stood, why it failed, what was tried, and where it stands. Parts that are empty are
/// left out of a page, so an eval alone is told with `before` alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoopReport {
    /// What it is about, such as the agent's name.
    pub title: String,
    /// When and by what it was made, in words: no clock is read here.
    pub made: String,
    /// Whether a simulated model took part in any of it.
    pub simulated: bool,
    /// The dev split before anything was changed. Its first arm is what is shown.
    pub before: Summary,
    /// The dev split with all accepted changes.
    pub after: Option<Summary>,
    /// Why it failed, the most important first.
    pub findings: Vec<Finding>,
    /// What was tried, in order.
    pub attempts: Vec<Attempt>,
    /// Each question put to the vault, in order.
    pub gate_queries: Vec<GateQuery>,
    /// What all of it cost.
    pub cost: Cost,
    /// Commands that repeat it or take the next step, one a line.
    pub commands: Vec<String>,
}

/// One candidate: what was changed and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The technique that proposed it.
    pub technique: String,
    /// The finding that it answers; `None` when it answers none.
    pub finding: Option<FindingCode>,
    /// What was changed, in one line.
    pub change: String,
    /// The change as a diff of the project's files; empty when there is none to show.
    pub diff: String,
    /// The candidate against the incumbent on dev; `None` when it was not raced.
    pub race: Option<Comparison>,
    /// The placebo against the incumbent in the same race.
    pub placebo: Option<Comparison>,
    /// What the gate let out; `None` when it was not asked.
    pub gate: Option<GateOutcome>,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Fate {
    /// It is part of the agent now.
    Accepted,
    /// It is not: the evidence is against it, or it was not worth a question to the vault.
    Refused {
        /// Why.
        reason: String,
    },
    /// Neither: more evidence is needed.
    Open {
        /// What is missing.
        reason: String,
        /// The cheapest next step.
        next_step: String,
    },
}

impl Fate {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused { .. } => "refused",
            Self::Open { .. } => "open",
        }
    }
}
