//! The champion, measured afresh on dev: what it did in the race that it won is what it was chosen for, and flatters it.

use loopwright_core::{Arm, Purpose, Split, Summary};
use loopwright_eval::Order;
use loopwright_improve::Improvement;

use crate::context::Context;
use crate::fault::Fault;
use crate::progress::Progress;
use crate::workshop::Shop;

/// What the agent does with everything that was accepted; `None` when nothing was. The run does not count as an eval of
/// the project, whose files are as they were.
pub(in crate::command) async fn afresh(
    shop: &Shop,
    improvement: &Improvement,
    context: &Context,
) -> Result<Option<Summary>, Fault> {
    if improvement.patch.edits.is_empty() {
        return Ok(None);
    }
    let suite = &shop.workshop.suite;
    let order = Order {
        purpose: Purpose::Race,
        split: Split::Dev,
        arms: vec![Arm { variant: improvement.champion.clone(), ..shop.base()? }],
        conditions: suite.conditions(),
        repetitions: suite.trials,
        only: None,
    };
    let made = shop.workshop.make(order, &mut Progress::new(context.printer)).await?;
    Ok(Some(shop.summary(&made)))
}
