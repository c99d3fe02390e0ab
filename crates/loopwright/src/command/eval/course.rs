//! The course of the eval: a new run, or one that was begun and goes on.

use loopwright_core::{Arm, Ledger, Purpose, RunStatus, Split, TrialQuery};
use loopwright_eval::{Order, Plan, unjudged};

use crate::command::past_run;
use crate::context::Context;
use crate::entropy;
use crate::fault::Fault;
use crate::workshop::Shop;

/// Most runs that are looked through for one that can go on.
const LOOKED_THROUGH: usize = 20;

/// What is to be run.
pub(super) struct Course {
    /// The plan.
    pub(super) plan: Plan,
    /// Trials of it that have a result already.
    pub(super) done: u64,
}

/// The plan of a new run, or of one that was broken off and is the same in everything else; with `retries`, of the latest one
/// of which trials died or could not be scored.
///
/// # Errors
/// When there is nothing to run.
pub(super) async fn course(
    shop: &Shop,
    arms: Vec<Arm>,
    (typed, retries): (Option<u64>, bool),
    context: &Context,
) -> Result<Course, Fault> {
    let workshop = &shop.workshop;
    let order = Order {
        purpose: Purpose::Eval,
        split: Split::Dev,
        arms,
        conditions: workshop.suite.conditions(),
        repetitions: workshop.suite.trials,
        only: None,
    };
    for record in past_run::evals(&shop.store, Some(&workshop.suite.name), LOOKED_THROUGH).await? {
        let earlier = &record.manifest;
        let is_finished = matches!(record.status, RunStatus::Complete | RunStatus::Degraded);
        if is_finished != retries || typed.is_some_and(|seed| seed != earlier.seed.0) {
            continue;
        }
        let mut plan = workshop.plan(order.clone(), earlier.id.clone(), earlier.seed).map_err(Fault::nothing)?;
        if plan.manifest.plan == earlier.plan && (!retries || has_errors(record.status, &plan, shop).await?) {
            plan.manifest.started_ns = earlier.started_ns;
            return Ok(Course { plan, done: record.acted });
        }
    }
    if retries {
        let fault = Fault::nothing("no trial of such a run died, and none could not be scored");
        return Err(fault.with_hint("`--retry-errors` goes with the same suite, arms, cases and seed as the run"));
    }
    let seed = workshop.draw.seed(Purpose::Eval).map_err(Fault::unexpected)?;
    let id = entropy::run_id(context.clock.as_ref())?;
    Ok(Course { plan: workshop.plan(order, id, seed).map_err(Fault::nothing)?, done: 0 })
}

/// Whether a run of `plan` that ended as `status` says has trials that died or could not be scored.
async fn has_errors(status: RunStatus, plan: &Plan, shop: &Shop) -> Result<bool, Fault> {
    let unscored = TrialQuery { limit: 1, ..unjudged(plan, true) };
    Ok(status == RunStatus::Degraded || !shop.store.trials(unscored).await.map_err(Fault::unexpected)?.is_empty())
}
