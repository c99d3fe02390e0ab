//! A comparison: two arms paired by case, with a verdict.

use serde::{Deserialize, Serialize};

use crate::{ArmName, CaseKey, Estimate, MetricName};

/// Two arms paired by case on one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The metric.
    pub metric: MetricName,
    /// What is compared against.
    pub baseline: ArmName,
    /// What is compared.
    pub candidate: ArmName,
    /// Candidate minus baseline, in the metric's unit; above 0 means *more*, which may be worse.
    pub difference: Estimate,
    /// What it amounts to.
    pub change: Change,
    /// Differences smaller than this count as none.
    pub margin: f64,
    /// The smallest true difference that this many cases and trials would show with power 0.8.
    pub detectable: f64,
    /// Cases that mostly failed before and mostly pass now.
    pub fixed: Vec<CaseKey>,
    /// Cases that mostly passed before and mostly fail now.
    pub broken: Vec<CaseKey>,
    /// Cases that only one arm could score.
    pub unpaired: u64,
}

/// What a difference amounts to, given the margin. "No evidence" is not "same".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The interval lies on the better side of zero.
    Improved,
    /// The interval lies on the worse side of zero.
    Regressed,
    /// The interval lies within the margin around zero.
    Equivalent,
    /// The interval is too wide to say.
    Underpowered,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Improved => "improved",
            Self::Regressed => "regressed",
            Self::Equivalent => "equivalent",
            Self::Underpowered => "underpowered",
        })
    }
}
