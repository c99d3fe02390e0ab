//! What the search of a plain trial shows, for those perturbations that change it.

use loopwright_core::FoundPassage;
use loopwright_knowledge::{Order, Retrieved, search};

use super::{Application, Situation};

/// What those kinds need that act on whatever is found.
pub(super) const NEEDED: &str = "an agent with knowledge whose search shows a passage";

/// The situation with the passages that its search shows, in the order in which the model sees them, as `change` makes
/// them. Without knowledge, or where the search shows nothing, it stays as it is.
pub(super) fn changed(
    situation: Situation,
    application: &Application<'_>,
    change: impl FnOnce(Vec<FoundPassage>) -> Vec<FoundPassage>,
) -> Situation {
    let shown = shown(&situation, application);
    if shown.is_empty() || application.dose == 0 {
        return situation;
    }
    let passages = change(shown.clone());
    if passages == shown { situation } else { Situation { found: Some(in_order(passages)), ..situation } }
}

/// The passages that the model is shown when nothing is done, in their order.
pub(super) fn shown(situation: &Situation, application: &Application<'_>) -> Vec<FoundPassage> {
    let material = application.material;
    match (material.index, &material.search) {
        (Some(index), Some(params)) => search(index, &situation.input.question(), params).shown().to_vec(),
        _ => vec![],
    }
}

/// `passages` shown as they stand. Their scores become those of their ranks: a budget drops the last ones first.
fn in_order(mut passages: Vec<FoundPassage>) -> Retrieved {
    for (rank, passage) in passages.iter_mut().enumerate() {
        passage.score = 1.0 / (1 + rank) as f64;
    }
    let count = passages.len();
    Retrieved::new(passages, count, Order::Relevance)
}
