//! What was tried, as a report tells it.

use loopwright_core::Patch;
use loopwright_improve::{Improvement, Tried};
use loopwright_report::{Attempt, Fate};

use crate::project::Change;
use crate::workshop::Shop;

/// What was tried, with the diff that each accepted change makes on top of those before it.
pub(in crate::command) fn attempts(shop: &Shop, improvement: &Improvement) -> Vec<Attempt> {
    improvement.tried.iter().map(|tried| attempt(shop, tried)).collect()
}

fn attempt(shop: &Shop, tried: &Tried) -> Attempt {
    let diff = if tried.fate == Fate::Accepted { diff(shop, tried) } else { String::new() };
    Attempt {
        technique: tried.candidate.technique.to_owned(),
        finding: Some(tried.candidate.finding),
        change: tried.candidate.change.clone(),
        diff,
        race: Some(tried.race.clone()),
        placebo: Some(tried.placebo.clone()),
        gate: tried.query.as_ref().map(|query| query.outcome.clone()),
        fate: tried.fate.clone(),
    }
}

/// The diff against the files with everything that was accepted before; empty when the files cannot hold it.
fn diff(shop: &Shop, tried: &Tried) -> String {
    let mut edits = tried.base.edits.clone();
    let before = Change::plan(&shop.project, &shop.agent, &Patch { edits: edits.clone() }).ok();
    edits.extend(tried.candidate.patch.edits.clone());
    match Change::plan(&shop.project, &shop.agent, &Patch { edits }) {
        Ok(after) => after.diff_from(before.as_ref()),
        Err(error) => format!("cannot be written to the files: {error}\n"),
    }
}
