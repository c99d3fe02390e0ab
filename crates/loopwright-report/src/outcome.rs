//! How one case came out: what CI shows of a run, one test a case.

use loopwright_core::{ArmName, CaseKey};

/// How one case came out on the primary metric, with nothing done to its situation.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseOutcome {
    /// The arm.
    pub arm: ArmName,
    /// The case.
    pub case: CaseKey,
    /// Trials that passed; `None` where the metric measures and does not judge.
    pub passed: Option<u32>,
    /// Trials that were scored.
    pub scored: u32,
    /// Trials that could not be scored.
    pub unscored: u32,
}
