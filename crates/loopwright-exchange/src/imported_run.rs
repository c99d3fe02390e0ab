//! A run that was recorded elsewhere, as facts for the ledger.

use loopwright_core::{
    ActedTrial, Arm, Case, Condition, Cost, Digest, Direction, MetricId, MetricName, MetricSpec, MicroDollars,
    NameError, Outcome, Purpose, RunId, RunManifest, RunStatus, Score, Seed, Split, SuiteName, Trace, TrialKey,
    TrialSite, Unit, Unscored, Usage, Verdict,
};

use crate::foreign_name::plain_name;

/// A recorded run, as facts for the ledger.
#[derive(Debug, Clone)]
pub struct ImportedRun {
    /// The manifest; its purpose is import.
    pub manifest: RunManifest,
    /// How the run stands: what was broken off has fewer trials than were meant.
    pub status: RunStatus,
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
    /// The run of `trials`, all that were meant.
    pub(crate) fn whole(self, cases: Vec<Case>, trials: Vec<ImportedTrial>) -> ImportedRun {
        let planned = trials.len() as u64;
        self.of_planned(planned, RunStatus::Complete, (cases, trials))
    }

    /// The run of `trials`, of `planned` that were meant.
    pub(crate) fn of_planned(
        self,
        planned: u64,
        status: RunStatus,
        (cases, trials): (Vec<Case>, Vec<ImportedTrial>),
    ) -> ImportedRun {
        let keys: Vec<&[u8]> = trials.iter().map(|one| one.trial.site.key.0.as_bytes().as_slice()).collect();
        let plan = Digest::of_fields("plan", &keys);
        ImportedRun { manifest: self.manifest(plan, planned.max(trials.len() as u64)), status, cases, trials }
    }

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

/// A number that a trial was given elsewhere, 1 for right where it is a judgement.
pub(crate) enum RecordedValue<'a> {
    /// A judgement.
    Judged(f64),
    /// A measurement.
    Measured(f64),
    /// There is none, and why.
    Missing(&'a str),
}

impl RecordedValue<'_> {
    /// The score of `metric` that `trial` of `case` was given, with what was said about it.
    pub(crate) fn score(self, metric: &MetricId, (trial, case): (&ActedTrial, &Case), evidence: &str) -> Score {
        let (value, verdict) = match self {
            _ if is_infrastructure(&trial.trace.outcome) => (None, Verdict::Unscored(Unscored::Infrastructure)),
            Self::Judged(value) if (value - 1.0).abs() < 1e-6 => (Some(value), Verdict::Pass),
            Self::Judged(value) => (Some(value), Verdict::Fail),
            Self::Measured(value) => (Some(value), Verdict::Measured),
            Self::Missing(why) => (None, Verdict::Unscored(Unscored::Scorer(why.to_owned()))),
        };
        let (metric, expectation, evidence) = (metric.clone(), case.expectation.digest(), evidence.to_owned());
        Score { trial: trial.site.key, metric, expectation, value, verdict, evidence }
    }
}

/// How numbers are put that are usually shares, though nothing keeps them from being anything else.
pub(crate) fn measure(mut values: impl Iterator<Item = f64>, direction: Direction) -> MetricSpec {
    let unit = if values.all(|value| (0.0..=1.0).contains(&value)) { Unit::Share } else { Unit::Number };
    MetricSpec::recorded_measure(unit, direction)
}

/// US dollars, where they can be an amount.
pub(crate) fn dollars(amount: Option<f64>) -> Option<MicroDollars> {
    let amount = amount.filter(|dollars| dollars.is_finite() && *dollars >= 0.0);
    amount.map(|dollars| MicroDollars((dollars * 1e6).round() as u64))
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
