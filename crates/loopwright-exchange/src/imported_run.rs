//! A run that was recorded elsewhere, as facts for the ledger.

use loopwright_core::{
    ActedTrial, Arm, Case, Condition, Cost, Digest, Outcome, RunId, RunManifest, Score, Trace, TrialKey, TrialSite,
    Usage,
};

/// A recorded run, as facts for the ledger.
#[derive(Debug, Clone)]
pub struct ImportedRun {
    /// The manifest: one arm, purpose import.
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
