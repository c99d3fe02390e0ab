//! The run in the ledger that served requests belong to. One for each agent and each model, as simulated and real models
//! are never mixed.

use std::sync::atomic::{AtomicU64, Ordering};

use loopwright_core::{
    Arm, CaseKey, Condition, Digest, Input, NameError, Purpose, RunId, RunManifest, Seed, Split, SuiteName, TrialKey,
    TrialSite,
};

/// What the names of served suites and cases begin with.
const SERVED: &str = "served";

/// A run of served requests.
pub(crate) struct ServedLog {
    pub(crate) run: RunId,
    arm: Arm,
    asked: AtomicU64,
}

/// What a run has from the front that it belongs to.
pub(crate) struct Opening<'a> {
    pub(crate) seed: Seed,
    pub(crate) version: &'a str,
    pub(crate) started_ns: u64,
    pub(crate) simulated: bool,
}

impl ServedLog {
    pub(crate) fn new(run: RunId, arm: Arm) -> Self {
        Self { run, arm, asked: AtomicU64::new(0) }
    }

    /// What the next request, which holds `input`, is a trial of. The same input is the same case.
    pub(crate) fn site(&self, key: TrialKey, input: &Input) -> Result<TrialSite, NameError> {
        Ok(TrialSite {
            key,
            run: self.run.clone(),
            index: self.asked.fetch_add(1, Ordering::Relaxed),
            arm: self.arm.name.clone(),
            case: CaseKey::new(format!("{SERVED}-{}", input.digest().short()))?,
            group: None,
            tags: vec![],
            condition: Condition::Plain,
            repetition: 0,
        })
    }

    /// The run itself. Nobody knows how many requests there will be, so no trials are planned.
    pub(crate) fn manifest(&self, opening: Opening<'_>) -> Result<RunManifest, NameError> {
        let variant = self.arm.variant.digest();
        Ok(RunManifest {
            id: self.run.clone(),
            purpose: Purpose::Served,
            // Where an eval has the name of its suite; one an arm, so that lists tell them apart.
            suite: SuiteName::new(format!("{SERVED}-{}", self.arm.name))?,
            plan: Digest::of_fields(SERVED, &[self.run.as_str().as_bytes(), variant.as_bytes()]),
            seed: opening.seed,
            arms: vec![self.arm.clone()],
            metrics: vec![],
            metric_specs: Default::default(),
            split: Split::Dev,
            trials: 0,
            simulated: opening.simulated,
            started_ns: opening.started_ns,
            version: opening.version.to_owned(),
        })
    }
}
