//! Readings: what a metric finds, before it becomes a score.

use loopwright_core::{Unscored, Verdict};

/// What a metric finds, before it becomes a [`Score`](loopwright_core::Score).
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// As it should be; says why when that is worth a word.
    Pass(String),
    /// Not as it should be; says why.
    Fail(String),
    /// A value on the metric's scale, with what it was made of.
    Measured {
        /// In the metric's unit.
        value: f64,
        /// What it was made of; may be empty.
        evidence: String,
    },
    /// What should be looked at was never said; says why. As bad as can be, whichever way the metric's verdict is turned.
    Absent(String),
    /// No score can be made.
    Unscored(Unscored),
}

impl Reading {
    /// The case expects nothing of the kind.
    pub const NOT_APPLICABLE: Reading = Reading::Unscored(Unscored::NotApplicable);

    /// A pass or a fail, each with its reason.
    pub(super) fn judged(holds: Result<String, String>) -> Reading {
        holds.map_or_else(Reading::Fail, Reading::Pass)
    }

    pub(super) fn measured(value: f64) -> Reading {
        Reading::Measured { value, evidence: String::new() }
    }

    pub(super) fn into_parts(self) -> (Option<f64>, Verdict, String) {
        match self {
            Self::Pass(evidence) => (Some(1.0), Verdict::Pass, evidence),
            Self::Fail(evidence) | Self::Absent(evidence) => (Some(0.0), Verdict::Fail, evidence),
            Self::Measured { value, evidence } => (Some(value), Verdict::Measured, evidence),
            Self::Unscored(why) => (None, Verdict::Unscored(why), String::new()),
        }
    }
}
