//! A run: one execution of a suite over arms, with its manifest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ArmName, Cost, Digest, MetricId, MetricName, MetricSpec, RunId, Seed, Split, SuiteName, Variant};

/// One side of a run or a race. Several arms may hold the same variant: a placebo is another arm of the incumbent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// Its name, unique in the run.
    pub name: ArmName,
    /// What it runs.
    pub variant: Variant,
}

/// Everything that must be known to repeat a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunManifest {
    /// Identity.
    pub id: RunId,
    /// What it was made for.
    pub purpose: Purpose,
    /// The suite.
    pub suite: SuiteName,
    /// Digest of the plan: suite, cases, arms, conditions, repetitions and run seed.
    pub plan: Digest,
    /// The run's own seed.
    pub seed: Seed,
    /// The arms.
    pub arms: Vec<Arm>,
    /// The metrics.
    pub metrics: Vec<MetricId>,
    /// How those metrics are made that are not built in as they stand.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metric_specs: BTreeMap<MetricName, MetricSpec>,
    /// Which split it looks at.
    pub split: Split,
    /// How many trials are planned.
    pub trials: u64,
    /// Whether a simulated model took part. Such runs are never mixed with others.
    pub simulated: bool,
    /// When it began, nanoseconds since the Unix epoch.
    pub started_ns: u64,
    /// The version of Loopwright.
    pub version: String,
}

/// What a run was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A person asked how good the agent is.
    Eval,
    /// Counterfactual replay.
    Diagnosis,
    /// Candidates raced on dev.
    Race,
    /// A gate measured both arms.
    Gate,
    /// Recorded elsewhere and read in.
    Import,
    /// Requests of production.
    Served,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Trials are still missing.
    Unfinished,
    /// Every planned trial has a result.
    Complete,
    /// Finished, but trials died of infrastructure failures.
    Degraded,
    /// A person or a budget stopped it.
    Cancelled,
}

/// A run as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The manifest.
    pub manifest: RunManifest,
    /// How it stands.
    pub status: RunStatus,
    /// Trials acted so far.
    pub acted: u64,
    /// What they cost, together with those that died.
    pub cost: Cost,
}
