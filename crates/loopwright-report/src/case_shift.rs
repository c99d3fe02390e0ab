//! How often one case passed on two sides.

use loopwright_core::{ArmName, CaseKey};
use serde::Serialize;

/// A case that passes more or less often than before, on the primary metric.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseShift {
    /// What is compared.
    pub candidate: ArmName,
    /// The case.
    pub case: CaseKey,
    /// Share of the trials that passed before, 0 to 1.
    pub before: f64,
    /// Share of the trials that pass now, 0 to 1.
    pub after: f64,
}
