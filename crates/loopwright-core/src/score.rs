//! A score: the answer of one metric about one trial.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Digest, Direction, MetricName, TrialKey, Unit};

/// The identity of a metric: what it computes, not only what it is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MetricId {
    /// Its name.
    pub name: MetricName,
    /// Digest of its version and settings.
    pub digest: Digest,
}

/// How a metric is made that is not built in as it stands: from a kind, with settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricSpec {
    /// The kind.
    pub kind: String,
    /// Its settings.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
}

impl MetricSpec {
    /// The kind of what was scored elsewhere: its scores are read with the run, and never made.
    pub const RECORDED: &str = "recorded";

    /// How verdicts are put that were recorded elsewhere.
    pub fn recorded_verdict() -> Self {
        Self { kind: Self::RECORDED.to_owned(), settings: Map::new() }
    }

    /// How numbers in `unit` are put that were recorded elsewhere.
    pub fn recorded_measure(unit: Unit, direction: Direction) -> Self {
        let settings = [("unit", serde_json::to_value(unit)), ("direction", serde_json::to_value(direction))];
        let settings = settings.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.ok()?)));
        Self { kind: Self::RECORDED.to_owned(), settings: settings.collect() }
    }
}

/// The answer of one metric about one trial. Its key is (trial, metric digest, expectation digest).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The trial.
    pub trial: TrialKey,
    /// The metric.
    pub metric: MetricId,
    /// Digest of the expectation it was judged by.
    pub expectation: Digest,
    /// The value on the metric's scale; `None` when unscored.
    pub value: Option<f64>,
    /// The judgement.
    pub verdict: Verdict,
    /// Why, in words; empty when the value says it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// What a metric says about a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Pass,
    /// Not as it should be.
    Fail,
    /// The metric measures; it does not judge (tokens, latency).
    Measured,
    /// No score could be made. Neither zero nor failure.
    Unscored(Unscored),
}

/// Why there is no score. Each is counted and shown; none is silently a zero, and none silently dropped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unscored {
    /// The case expects nothing of the kind that this metric looks at.
    NotApplicable,
    /// The infrastructure failed, so there is nothing to judge.
    Infrastructure,
    /// The scorer itself broke.
    Scorer(String),
    /// A judge's answer could not be read.
    Judge(String),
    /// The expectation is broken.
    Gold(String),
}

impl Score {
    /// 1 for a pass, 0 for a fail, the value for a measurement, `None` when unscored.
    pub fn number(&self) -> Option<f64> {
        match &self.verdict {
            Verdict::Pass => Some(self.value.unwrap_or(1.0)),
            Verdict::Fail => Some(self.value.unwrap_or(0.0)),
            Verdict::Measured => self.value,
            Verdict::Unscored(_) => None,
        }
    }
}
