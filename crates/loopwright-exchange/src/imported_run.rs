//! A run that was recorded elsewhere, as facts for the ledger.

use loopwright_core::{
    ActedTrial, Arm, Case, Condition, Cost, Digest, MetricId, MetricName, MetricSpec, NameError, Outcome, Purpose,
    RunId, RunManifest, Score, Seed, Split, SuiteName, Trace, TrialKey, TrialSite, Usage,
};

use crate::foreign_name::plain_name;

/// A recorded run, as facts for the ledger.
#[derive(Debug, Clone)]
pub struct ImportedRun {
    /// The manifest; its purpose is import.
    pub manifest: RunManifest,
    /// The cases of the run. What the file does not say about a case is not expected of it.
    pub cases: Vec<Case>,
    /// The trials, in order of their place in the plan.
    pub trials: Vec<ImportedTrial>,
}

/// A recorded trial with what was said about it.
#[derive(Debug, Clone)]
pub struct ImportedTrial {
    /// What happened.
    pub trial: ActedTrial,
    /// One score for each metric of the run.
    pub scores: Vec<Score>,
}

/// What a recorded run says of itself.
pub(crate) struct Recording {
    pub(crate) id: RunId,
    pub(crate) suite: SuiteName,
    pub(crate) arms: Vec<Arm>,
    /// The primary one first.
    pub(crate) metrics: Vec<RecordedMetric>,
    pub(crate) started_ns: u64,
    /// The version of Loopwright.
    pub(crate) version: String,
}

/// A metric whose scores are read and never made.
#[derive(Debug, Clone)]
pub(crate) struct RecordedMetric {
    pub(crate) id: MetricId,
    pub(crate) spec: MetricSpec,
}

impl RecordedMetric {
    /// The metric that is called `name` elsewhere. Scores of two runs are compared when `fields` are the same.
    pub(crate) fn new(name: &str, spec: MetricSpec, kind: &str, fields: &[&[u8]]) -> Result<Self, NameError> {
        let id = MetricId { name: MetricName::new(plain_name(name))?, digest: Digest::of_fields(kind, fields) };
        Ok(Self { id, spec })
    }
}

impl Recording {
    /// The manifest of the run, of which `trials` trials were meant, and which `plan` tells from others.
    pub(crate) fn manifest(self, plan: Digest, trials: u64) -> RunManifest {
        RunManifest {
            id: self.id,
            purpose: Purpose::Import,
            suite: self.suite,
            plan,
            seed: Seed(0),
            arms: self.arms,
            metrics: self.metrics.iter().map(|metric| metric.id.clone()).collect(),
            metric_specs: self.metrics.into_iter().map(|metric| (metric.id.name, metric.spec)).collect(),
            split: Split::Dev,
            trials,
            simulated: false,
            started_ns: self.started_ns,
            version: self.version,
        }
    }
}

/// The cost of what was not counted.
pub(crate) fn unknown_cost() -> Cost {
    Cost { usage: Usage::default(), money: None, energy: None }
}

/// Where trial `index` of `run` stands: repetition `repetition` of `case`.
///
/// The key holds the case beside its input, because foreign data sets ask the same question under two names.
pub(crate) fn site_of(run: &RunId, arm: &Arm, case: &Case, index: u64, repetition: u32) -> TrialSite {
    let condition = Condition::Plain;
    let asked = Digest::of_fields("imported case", &[case.key.as_str().as_bytes(), case.input.digest().as_bytes()]);
    TrialSite {
        key: TrialKey::planned(run, &arm.name, &asked, &condition, repetition),
        run: run.clone(),
        index,
        arm: arm.name.clone(),
        case: case.key.clone(),
        group: None,
        tags: case.tags.iter().cloned().collect(),
        condition,
        repetition,
    }
}

/// The trial at `site` whose model calls cost what `trace` says.
pub(crate) fn acted(site: TrialSite, trace: Trace) -> ActedTrial {
    let counted = trace.chats().any(|(_, response)| response.is_some_and(|response| response.cost.usage.total() > 0));
    let cost = if counted { trace.cost() } else { unknown_cost() };
    ActedTrial { site, attempts: 1, cost: Cost { energy: None, ..cost }, trace, state: None }
}

/// Whether nothing can be said about the agent.
pub(crate) fn is_infrastructure(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Infrastructure { .. })
}
