//! The plan: every trial of a run, known before the first one starts.

use std::collections::BTreeSet;
use std::sync::Arc;

use loopwright_core::{
    Arm, ArmName, Case, CaseKey, Condition, Digest, Purpose, RunId, RunManifest, Seed, Split, TrialKey, TrialSite,
};
use serde_json::json;

use crate::metric::{Metric, specs};
use crate::{Approval, Suite};

/// What is to be planned.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    /// The identity of the run.
    pub id: RunId,
    /// What it is made for.
    pub purpose: Purpose,
    /// The arms, with names that differ; the first is what others are compared against.
    pub arms: Vec<Arm>,
    /// Which split is looked at.
    pub split: Split,
    /// What is done to the situations.
    pub conditions: Vec<Condition>,
    /// Trials of each case, arm and condition; at least 1.
    pub repetitions: u32,
    /// The run's own seed.
    pub seed: Seed,
    /// Whether a simulated model takes part.
    pub simulated: bool,
    /// When it begins, nanoseconds since the Unix epoch.
    pub started_ns: u64,
    /// Only these cases; all of the split when `None`.
    pub only: Option<BTreeSet<CaseKey>>,
}

/// Every trial of a run.
///
/// Trials stand in the order repetition, case, condition, arm. So the arms of a comparison are measured side by side, and
/// whatever prefix of the plan has been run holds whole blocks of repetitions.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What must be known to repeat the run.
    pub manifest: RunManifest,
    /// Shared, for the cases of a suite can be very many.
    suite: Arc<Suite>,
    /// Where the cases of the plan stand in the suite, in order.
    places: Vec<usize>,
    conditions: Vec<Condition>,
    repetitions: u32,
    /// Digests of input and expectation, by the place of the case.
    digests: Vec<CaseDigests>,
}

/// The identities of a case's two parts: making one takes longer than judging a trial.
#[derive(Debug, Clone, Copy)]
struct CaseDigests {
    input: Digest,
    expectation: Digest,
}

/// The plan cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No case is left to run.
    #[error("the suite `{suite}` has no case to run in the {split} split")]
    NoCases {
        /// The suite.
        suite: String,
        /// Which split was looked at.
        split: &'static str,
    },
    /// Nothing would run the cases.
    #[error("a run needs at least one arm, one condition and one trial of each case")]
    NoTrials,
    /// Two arms of one name cannot be told apart.
    #[error("two arms are called `{0}`")]
    SameArm(ArmName),
}

/// One trial of a plan.
#[derive(Debug, Clone)]
pub struct PlannedTrial<'a> {
    /// The arm.
    pub arm: &'a Arm,
    /// The case.
    pub case: &'a Case,
    /// The identity of what would be right.
    pub expectation: Digest,
    /// Where it stands.
    pub site: TrialSite,
    /// Chance of the situation, shared by all arms.
    pub situation_seed: Seed,
    /// Chance of the model, this arm's own.
    pub model_seed: Seed,
}

impl Plan {
    /// Plans a run of `suite`.
    ///
    /// # Errors
    /// When there is nothing to run, or two arms share a name.
    pub fn new(suite: &Arc<Suite>, request: PlanRequest) -> Result<Self, PlanError> {
        let places = places(&suite.cases, &request);
        if places.is_empty() {
            return Err(PlanError::NoCases { suite: suite.name.to_string(), split: split_word(request.split) });
        }
        if request.arms.is_empty() || request.conditions.is_empty() || request.repetitions == 0 {
            return Err(PlanError::NoTrials);
        }
        let mut names = BTreeSet::new();
        if let Some(arm) = request.arms.iter().find(|arm| !names.insert(&arm.name)) {
            return Err(PlanError::SameArm(arm.name.clone()));
        }
        Ok(Self::of(Arc::clone(suite), places, request))
    }

    fn of(suite: Arc<Suite>, places: Vec<usize>, request: PlanRequest) -> Self {
        let digests: Vec<CaseDigests> = places.iter().map(|place| CaseDigests::of(&suite.cases[*place])).collect();
        let digest = digest(&suite, &places, &digests, &request);
        let PlanRequest { id, purpose, arms, split, conditions, repetitions, seed, simulated, started_ns, only: _ } =
            request;
        let blocks = u64::from(repetitions) * places.len() as u64;
        let manifest = RunManifest {
            id,
            purpose,
            suite: suite.name.clone(),
            plan: digest,
            seed,
            metrics: suite.metrics.iter().map(|metric| metric.id().clone()).collect(),
            metric_specs: specs(&suite.metrics),
            split,
            trials: blocks * conditions.len() as u64 * arms.len() as u64,
            simulated,
            started_ns,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            arms,
        };
        Self { manifest, suite, places, conditions, repetitions, digests }
    }

    /// The cases, in order.
    pub fn cases(&self) -> impl ExactSizeIterator<Item = &Case> {
        self.places.iter().map(|place| &self.suite.cases[*place])
    }

    /// The metrics, the primary one first.
    pub fn metrics(&self) -> &[Metric] {
        &self.suite.metrics
    }

    /// Who decides on a tool call that policy holds back.
    pub fn approval(&self) -> Approval {
        self.suite.approval
    }

    /// How many trials there are.
    pub fn trials(&self) -> u64 {
        self.manifest.trials
    }

    /// What is done to the situations.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Trials of each case, arm and condition.
    pub fn repetitions(&self) -> u32 {
        self.repetitions
    }

    /// The trial at the place `index`, from 0; `None` past the end.
    pub fn trial(&self, index: u64) -> Option<PlannedTrial<'_>> {
        if index >= self.trials() {
            return None;
        }
        let mut rest = index;
        let mut place = |count: usize| {
            let place = rest % count as u64;
            rest /= count as u64;
            usize::try_from(place).unwrap_or(usize::MAX)
        };
        let (arm, condition, case) =
            (place(self.manifest.arms.len()), place(self.conditions.len()), place(self.places.len()));
        let repetition = u32::try_from(rest).unwrap_or(u32::MAX);
        let (arm, condition) = (&self.manifest.arms[arm], &self.conditions[condition]);
        let (case, CaseDigests { input, expectation }) = (&self.suite.cases[self.places[case]], &self.digests[case]);
        let situation_seed = self.manifest.seed.situation(input, condition, repetition);
        let site = TrialSite {
            key: TrialKey::planned(&self.manifest.id, &arm.name, input, condition, repetition),
            run: self.manifest.id.clone(),
            index,
            arm: arm.name.clone(),
            case: case.key.clone(),
            group: case.group.clone(),
            tags: case.tags.iter().cloned().collect(),
            condition: condition.clone(),
            repetition,
        };
        let model_seed = situation_seed.model(&arm.name);
        Some(PlannedTrial { arm, case, expectation: *expectation, site, situation_seed, model_seed })
    }
}

impl CaseDigests {
    fn of(case: &Case) -> Self {
        Self { input: case.input.digest(), expectation: case.expectation.digest() }
    }
}

/// Where the wanted cases stand among `cases`.
fn places(cases: &[Case], request: &PlanRequest) -> Vec<usize> {
    let is_wanted = |case: &Case| request.only.as_ref().is_none_or(|only| only.contains(&case.key));
    let wanted = cases.iter().enumerate().filter(|(_, case)| case.split == request.split && is_wanted(case));
    wanted.map(|(place, _)| place).collect()
}

fn split_word(split: Split) -> &'static str {
    match split {
        Split::Dev => "dev",
        Split::Vault => "vault",
    }
}

/// Everything that shapes the run, and not its id or its time: an unfinished run with this digest is the same run.
fn digest(suite: &Suite, places: &[usize], digests: &[CaseDigests], request: &PlanRequest) -> Digest {
    let case = |(place, of): (&usize, &CaseDigests)| {
        let key = suite.cases[*place].key.as_str().as_bytes();
        *Digest::of_fields("case", &[key, of.input.as_bytes(), of.expectation.as_bytes()]).as_bytes()
    };
    // Not as JSON like the rest: of very many cases it would take more room than the cases.
    let cases: Vec<[u8; 32]> = places.iter().zip(digests).map(case).collect();
    let cases = Digest::of_bytes(cases.as_flattened());
    let arms: Vec<_> = request.arms.iter().map(|arm| json!([arm.name, arm.variant.digest()])).collect();
    let conditions: Vec<String> = request.conditions.iter().map(ToString::to_string).collect();
    let metrics: Vec<_> = suite.metrics.iter().map(|metric| metric.id().digest).collect();
    Digest::of_json(&json!({
        "suite": suite.name, "cases": cases, "arms": arms, "conditions": conditions, "metrics": metrics,
        "repetitions": request.repetitions, "seed": request.seed, "approval": format!("{:?}", suite.approval),
    }))
}
