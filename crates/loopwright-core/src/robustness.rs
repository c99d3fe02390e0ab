//! How an arm fares over all perturbations together.

use serde::{Deserialize, Serialize};

use crate::{Condition, Estimate};

/// How an arm fares over all perturbations together, on the primary metric.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Robustness {
    /// The conditions that [`Robustness::passes_all`] is over: plain, and each perturbation where the answer must stay.
    pub conditions: Vec<Condition>,
    /// The chance that one trial under each of them passes, all of them; `None` without perturbations, and for a measure.
    pub passes_all: Option<Estimate>,
    /// The perturbations that are not counted, since the answer may be out of reach, each with what must stay.
    pub not_counted: Vec<(Condition, String)>,
    /// The perturbations that found nothing to act on in some cases.
    pub left_alone: Vec<LeftAlone>,
}

/// Cases that a perturbation found nothing to act on in: they were not run under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftAlone {
    /// The perturbation.
    pub condition: Condition,
    /// How many cases, of those that the primary metric applies to.
    pub cases: u64,
    /// How many it applies to.
    pub of: u64,
    /// What they lack.
    pub needs: String,
}
