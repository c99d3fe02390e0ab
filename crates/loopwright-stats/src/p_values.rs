//! The p-values of one test against "no difference".

use serde::{Deserialize, Serialize};

/// P-values of a test that arm B equals arm A, all in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PValues {
    /// Against "B is not greater": small when B is greater.
    pub greater: f64,
    /// Against "B is not less": small when B is less.
    pub less: f64,
    /// Against "no difference in either direction".
    pub two_sided: f64,
}

impl PValues {
    /// Doubles the smaller tail, cut at 1.
    pub(crate) fn doubling(greater: f64, less: f64) -> PValues {
        let (greater, less) = (greater.clamp(0.0, 1.0), less.clamp(0.0, 1.0));
        PValues { greater, less, two_sided: (2.0 * greater.min(less)).min(1.0) }
    }
}
