//! The CI gate: every change must be as good as the baseline, on the whole dev split and on every owner's cases.

use std::collections::BTreeSet;

use loopwright_core::{Decision, GateKind, GateOutcome, Owner, Split, Variant};
use loopwright_eval::{TalliedCase, Watch, Workshop};

use super::{GateError, GateRule, Measured, decide};
use crate::duel::{Duel, DuelError};

/// What a CI gate compares.
pub struct CiRequest<'a> {
    /// What every run of the suite shares.
    pub workshop: &'a Workshop,
    /// The rule.
    pub rule: &'a GateRule,
    /// What it is measured against.
    pub baseline: Variant,
    /// The agent as it stands.
    pub candidate: Variant,
}

/// A CI gate cannot decide.
#[derive(Debug, thiserror::Error)]
pub enum CiError {
    /// The two cannot be measured.
    #[error(transparent)]
    Duel(#[from] DuelError),
    /// Nothing can be compared.
    #[error(transparent)]
    Gate(#[from] GateError),
}

/// Measures both afresh on dev, side by side, and decides: proven as good within the margin everywhere accepts, proven
/// worse anywhere rejects. The vault stays closed.
///
/// # Errors
/// When the run cannot be made, or nothing can be compared.
pub async fn ci_gate(request: CiRequest<'_>, watch: &mut dyn Watch) -> Result<GateOutcome, CiError> {
    let CiRequest { workshop, rule, baseline, candidate } = request;
    let duel = Duel { split: Split::Dev, incumbent: baseline, candidate, trials: rule.trials, only: None };
    let held = duel.hold(workshop, watch).await?;
    let tally = &held.made.execution.tally;
    let measured = Measured { tally, incumbent: &held.incumbent, candidate: &held.candidate, cost: tally.cost() };
    let mut whole = decide(measured, GateKind::Ci, rule, rule.alpha)?;
    for owner in owners(workshop) {
        let theirs = tally.only(|case| is_owned(workshop, case, &owner));
        let part = match decide(Measured { tally: &theirs, ..measured }, GateKind::Ci, rule, rule.alpha) {
            Ok(outcome) => outcome.decision,
            Err(error) => {
                Decision::Inconclusive { reason: error.to_string(), next_step: format!("add cases owned by `{owner}`") }
            }
        };
        whole.decision = worse_of(whole.decision, part, &owner);
    }
    Ok(whole)
}

fn owners(workshop: &Workshop) -> BTreeSet<Owner> {
    let dev = workshop.suite.cases.iter().filter(|case| case.split == Split::Dev);
    dev.filter_map(|case| case.owner.clone()).collect()
}

fn is_owned(workshop: &Workshop, tallied: &TalliedCase, owner: &Owner) -> bool {
    let case = workshop.suite.cases.iter().find(|case| case.key == tallied.key);
    case.is_some_and(|case| case.owner.as_ref() == Some(owner))
}

/// The graver of two decisions; that of an owner's slice says whose it is.
fn worse_of(whole: Decision, part: Decision, owner: &Owner) -> Decision {
    let of_owner = |reason: String| format!("{reason}, on the cases owned by `{owner}`");
    match (whole, part) {
        (Decision::Reject { reason }, _) => Decision::Reject { reason },
        (_, Decision::Reject { reason }) => Decision::Reject { reason: of_owner(reason) },
        (Decision::Accept, Decision::Inconclusive { reason, next_step }) => {
            Decision::Inconclusive { reason: of_owner(reason), next_step }
        }
        (whole, _) => whole,
    }
}
