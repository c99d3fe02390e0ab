//! A summary: what a run amounts to, as tables and reports show it.

use serde::{Deserialize, Serialize};

use crate::{
    ArmName, CaseKey, Comparison, Condition, Cost, Digest, Estimate, MetricName, Robustness, RunId, RunStatus,
    SuiteName, Tag,
};

/// What a run amounts to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The run.
    pub run: RunId,
    /// The suite.
    pub suite: SuiteName,
    /// How the run stands.
    pub status: RunStatus,
    /// Whether a simulated model took part.
    pub simulated: bool,
    /// Confidence level of every interval.
    pub level: f64,
    /// Arm by arm.
    pub arms: Vec<ArmSummary>,
    /// Every other arm against the first, and every perturbation against plain, on the primary metric.
    pub comparisons: Vec<Comparison>,
    /// Trials that died or went unscored, by class.
    pub unscored: Vec<(String, u64)>,
    /// What the whole run cost.
    pub cost: Cost,
}

/// What one arm amounts to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmSummary {
    /// The arm.
    pub arm: ArmName,
    /// Digest of its variant.
    pub variant: Digest,
    /// Each metric under the plain condition; the primary one first.
    pub metrics: Vec<MetricSummary>,
    /// All of k trials pass, for k = 1, 2, …: estimates on the primary metric.
    pub all_of_k: Vec<Estimate>,
    /// The primary metric under each other condition, with the paired drop against plain.
    pub conditions: Vec<ConditionSummary>,
    /// The primary metric by tag.
    pub slices: Vec<SliceSummary>,
    /// How steady the cases are on the primary metric.
    pub steadiness: Steadiness,
    /// How it fares over all perturbations together.
    #[serde(default)]
    pub robustness: Robustness,
}

/// One metric of one arm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricSummary {
    /// The metric.
    pub metric: MetricName,
    /// The unit of the estimate.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// The estimate; `None` when no trial could be scored, or when a measure has fewer than two cases or groups.
    pub estimate: Option<Estimate>,
    /// Cases with a scored trial. An estimate counts the groups of grouped cases instead.
    #[serde(default)]
    pub cases: u64,
    /// Trials that could not be scored, those to which the metric does not apply left out.
    pub unscored: u64,
}

/// The primary metric under one condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConditionSummary {
    /// The condition.
    pub condition: Condition,
    /// The estimate under it.
    pub estimate: Estimate,
    /// Condition minus plain, paired by case.
    pub drop: Comparison,
}

/// The primary metric on the cases with one tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SliceSummary {
    /// The tag.
    pub tag: Tag,
    /// Cases with a scored trial.
    pub cases: u64,
    /// The estimate over them.
    pub estimate: Estimate,
    /// One-sided p-value of "it is worse here than elsewhere", adjusted over the tags by Benjamini and Hochberg; `None`
    /// when there is no elsewhere, or no case differs from another.
    pub worse: Option<f64>,
}

/// How steady cases are over their trials.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Steadiness {
    /// Cases that always pass.
    pub always: u64,
    /// Cases that pass and fail.
    pub flaky: u64,
    /// Cases that never pass.
    pub never: u64,
    /// The flaky ones, least steady first.
    pub flaky_cases: Vec<CaseKey>,
}

/// The unit of a metric's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share between 0 and 1; shown as per cent.
    Share,
    /// A count.
    Count,
    /// A number on a scale of its own, which may be below zero.
    Number,
    /// US dollars.
    Dollars,
    /// Joules.
    Joules,
    /// Seconds.
    Seconds,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}
