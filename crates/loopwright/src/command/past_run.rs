//! Which of the runs in the ledger is meant.

use loopwright_core::{Ledger, Purpose, RunId, RunQuery, RunRecord, Split, SuiteName};
use loopwright_store::Store;

use crate::fault::Fault;
use crate::workshop::BASE;

/// Most runs that are looked through for the latest one of the agent: between two of them others may stand.
const LOOKED_THROUGH: usize = 64;

/// Most runs that are named where an id could mean several.
const NAMED: usize = 8;

/// The run `id`, or the only one whose id begins so.
pub(super) async fn named(store: &Store, id: &RunId) -> Result<RunRecord, Fault> {
    let query = RunQuery { id: Some(id.to_string()), limit: NAMED, ..RunQuery::default() };
    let mut found = store.runs(query).await.map_err(Fault::unexpected)?;
    match found.len() {
        0 => Err(Fault::usage(format!("there is no run `{id}`")).with_hint("`loopwright runs` lists them")),
        1 => Ok(found.swap_remove(0)),
        _ => {
            let names: Vec<&str> = found.iter().map(|record| record.manifest.id.as_str()).collect();
            let hint = format!("type more of the id: {}", names.join(", "));
            Err(Fault::usage(format!("several runs begin with `{id}`")).with_hint(hint))
        }
    }
}

/// The evals of `suite`, or of all suites, in which the agent of their time was measured, and not only models in its
/// place; the latest first, at most `limit` of the runs looked at, 0 for all.
pub(super) async fn evals(store: &Store, suite: Option<&SuiteName>, limit: usize) -> Result<Vec<RunRecord>, Fault> {
    let query = RunQuery { suite: suite.cloned(), purpose: Some(Purpose::Eval), limit, ..RunQuery::default() };
    let mut runs = store.runs(query).await.map_err(Fault::unexpected)?;
    runs.retain(|record| record.manifest.arms.first().is_some_and(|arm| arm.name.as_str() == BASE));
    Ok(runs)
}

/// The latest eval of the agent; `None` before anything was measured.
pub(super) async fn latest(store: &Store, suite: Option<&SuiteName>) -> Result<Option<RunRecord>, Fault> {
    Ok(evals(store, suite, LOOKED_THROUGH).await?.into_iter().next())
}

/// The run `id`, or the latest eval of the agent where none is named.
pub(super) async fn wanted(store: &Store, id: Option<&RunId>, suite: Option<&SuiteName>) -> Result<RunRecord, Fault> {
    if let Some(id) = id {
        return named(store, id).await;
    }
    let missing = || Fault::nothing("nothing has been measured yet").with_hint("run `loopwright eval` first");
    latest(store, suite).await?.ok_or_else(missing)
}

/// Refuses a run on the vault: its cases are shown nowhere.
pub(super) fn refuse_sealed(record: &RunRecord) -> Result<(), Fault> {
    match record.manifest.split {
        Split::Vault => {
            let id = &record.manifest.id;
            Err(Fault::usage(format!("the run `{id}` looked at the vault, which stays sealed")))
        }
        Split::Dev => Ok(()),
    }
}
