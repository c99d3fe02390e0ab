//! The plan: every trial of a run, known before the first one starts.

use std::collections::BTreeSet;

use loopwright_core::{
    Arm, ArmName, Case, Condition, Digest, Purpose, RunId, RunManifest, Seed, Split, TrialKey, TrialSite,
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
}

/// Every trial of a run.
///
/// Trials stand in the order repetition, case, condition, arm. So the arms of a comparison are measured side by side, and
/// whatever prefix of the plan has been run holds whole blocks of repetitions.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What must be known to repeat the run.
    pub manifest: RunManifest,
    /// The cases, in order.
    pub cases: Vec<Case>,
    /// The metrics, the primary one first.
    pub metrics: Vec<Metric>,
    /// Who decides on a tool call that policy holds back.
    pub approval: Approval,
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
    pub fn new(suite: &Suite, request: PlanRequest) -> Result<Self, PlanError> {
        let cases = suite.split(request.split);
        if cases.is_empty() {
            return Err(PlanError::NoCases { suite: suite.name.to_string(), split: split_word(request.split) });
        }
        if request.arms.is_empty() || request.conditions.is_empty() || request.repetitions == 0 {
            return Err(PlanError::NoTrials);
        }
        let mut names = BTreeSet::new();
        if let Some(arm) = request.arms.iter().find(|arm| !names.insert(&arm.name)) {
            return Err(PlanError::SameArm(arm.name.clone()));
        }
        Ok(Self::of(suite, cases, request))
    }

    fn of(suite: &Suite, cases: Vec<Case>, request: PlanRequest) -> Self {
        let digests: Vec<CaseDigests> = cases.iter().map(CaseDigests::of).collect();
        let digest = digest(suite, &cases, &digests, &request);
        let PlanRequest { id, purpose, arms, split, conditions, repetitions, seed, simulated, started_ns } = request;
        let blocks = u64::from(repetitions) * cases.len() as u64;
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
        let (metrics, approval) = (suite.metrics.clone(), suite.approval);
        Self { manifest, cases, metrics, approval, conditions, repetitions, digests }
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
            (place(self.manifest.arms.len()), place(self.conditions.len()), place(self.cases.len()));
        let repetition = u32::try_from(rest).unwrap_or(u32::MAX);
        let (arm, condition) = (&self.manifest.arms[arm], &self.conditions[condition]);
        let (case, CaseDigests { input, expectation }) = (&self.cases[case], &self.digests[case]);
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

fn split_word(split: Split) -> &'static str {
    match split {
        Split::Dev => "dev",
        Split::Vault => "vault",
    }
}

/// Everything that shapes the run, and not its id or its time: an unfinished run with this digest is the same run.
fn digest(suite: &Suite, cases: &[Case], digests: &[CaseDigests], request: &PlanRequest) -> Digest {
    let cases: Vec<_> =
        cases.iter().zip(digests).map(|(case, of)| json!([case.key, of.input, of.expectation])).collect();
    let arms: Vec<_> = request.arms.iter().map(|arm| json!([arm.name, arm.variant.digest()])).collect();
    let conditions: Vec<String> = request.conditions.iter().map(ToString::to_string).collect();
    let metrics: Vec<_> = suite.metrics.iter().map(|metric| metric.id().digest).collect();
    Digest::of_json(&json!({
        "suite": suite.name, "cases": cases, "arms": arms, "conditions": conditions, "metrics": metrics,
        "repetitions": request.repetitions, "seed": request.seed, "approval": format!("{:?}", suite.approval),
    }))
}
