//! A run that was recorded elsewhere → facts of the ledger, and what they amount to.

use loopwright_core::{Fact, Ledger, LedgerError, RunId, RunManifest, RunQuery, RunStatus, Summary};
use loopwright_eval::{Metric, Ruler, Tally, summarise};
use loopwright_exchange::ImportedTrial;
use loopwright_store::Store;

use crate::context::Context;
use crate::fault::Fault;

/// Trials that are added in one transaction.
const BATCH: usize = 50;

/// A run to record, whose trials are read as they are added.
pub(super) struct Recorded<'a> {
    pub(super) manifest: RunManifest,
    pub(super) status: RunStatus,
    pub(super) trials: &'a mut dyn Iterator<Item = Result<ImportedTrial, Fault>>,
}

/// Adds `run` to the ledger, unless it is there whole; an import that was broken off is completed by the next. What it
/// amounts to is measured by `ruler`.
pub(super) async fn record(
    store: &Store,
    run: Recorded<'_>,
    ruler: &Ruler,
    context: &Context,
) -> Result<Summary, Fault> {
    let mut tally = Tally::default();
    let is_new = !is_there(store, &run.manifest.id).await?;
    if is_new {
        append(store, vec![Fact::RunStarted(Box::new(run.manifest.clone()))]).await?;
    } else {
        context.printer.say(&format!("`{}` is in the ledger already; nothing was added", run.manifest.id));
    }
    let mut batch = vec![];
    for trial in run.trials {
        let trial = trial?;
        tally.add(&trial.trial.site, &trial.scores, trial.trial.cost);
        batch.push(trial);
        if batch.len() == BATCH {
            let full = std::mem::take(&mut batch);
            if is_new {
                append(store, facts(full)).await?;
            }
        }
    }
    if is_new {
        append(store, facts(batch)).await?;
        append(store, vec![Fact::RunEnded { run: run.manifest.id.clone(), status: run.status }]).await?;
    }
    Ok(summarise(&run.manifest, run.status, &tally, &Metric::of_run(&run.manifest), ruler))
}

fn facts(trials: Vec<ImportedTrial>) -> Vec<Fact> {
    let of = |one: ImportedTrial| {
        std::iter::once(Fact::Acted(Box::new(one.trial))).chain(one.scores.into_iter().map(Fact::Scored))
    };
    trials.into_iter().flat_map(of).collect()
}

async fn append(store: &Store, facts: Vec<Fact>) -> Result<(), Fault> {
    store.append(facts).await.map_err(|error: LedgerError| Fault::unexpected(error))
}

async fn is_there(store: &Store, run: &RunId) -> Result<bool, Fault> {
    let query = RunQuery { id: Some(run.to_string()), ..RunQuery::default() };
    let found = store.runs(query).await.map_err(Fault::unexpected)?;
    Ok(found.iter().any(|record| record.status == RunStatus::Complete))
}
