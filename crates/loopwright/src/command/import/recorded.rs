//! A run that was recorded elsewhere → facts of the ledger, and what they amount to.

use std::collections::BTreeMap;

use loopwright_core::{
    CaseKey, Estimate, Fact, Ledger, LedgerError, RunId, RunManifest, RunQuery, RunStatus, Steadiness, Unit, Verdict,
};
use loopwright_exchange::ImportedTrial;
use loopwright_report::{counted, level, range, steadiness, value};
use loopwright_stats::{Item, Level, Trials, all_of_k};
use loopwright_store::Store;
use serde_json::json;

use crate::context::Context;
use crate::fault::Fault;
use crate::printer::{FAINT, STRONG};

/// Trials that are added in one transaction.
const BATCH: usize = 50;

/// Most trials a case that pass^k is shown for.
const MOST_K: u32 = 10;

/// A run to record, whose trials are read as they are added.
pub(super) struct Recorded<'a> {
    pub(super) manifest: RunManifest,
    pub(super) status: RunStatus,
    pub(super) trials: &'a mut dyn Iterator<Item = Result<ImportedTrial, Fault>>,
}

/// Adds `run` to the ledger, unless it is there whole. An import that was broken off is completed by the next.
pub(super) async fn record(store: &Store, run: Recorded<'_>, context: &Context) -> Result<Amount, Fault> {
    let mut tally = Tally::of(&run.manifest);
    let is_new = !is_there(store, &run.manifest.id).await?;
    if is_new {
        append(store, vec![Fact::RunStarted(Box::new(run.manifest.clone()))]).await?;
    } else {
        context.printer.say(&format!("`{}` is in the ledger already; nothing was added", run.manifest.id));
    }
    let mut batch = vec![];
    for trial in run.trials {
        let trial = trial?;
        tally.add(&trial);
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
        append(store, vec![Fact::RunEnded { run: run.manifest.id, status: run.status }]).await?;
    }
    tally.amount()
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

/// Verdicts of the first metric, by case.
struct Tally {
    run: RunId,
    suite: String,
    model: String,
    trials: u64,
    cases: BTreeMap<CaseKey, (u32, u32)>,
}

impl Tally {
    fn of(manifest: &RunManifest) -> Self {
        Self {
            run: manifest.id.clone(),
            suite: manifest.suite.to_string(),
            model: manifest.arms.first().map(|arm| arm.name.to_string()).unwrap_or_default(),
            trials: 0,
            cases: BTreeMap::new(),
        }
    }

    fn add(&mut self, one: &ImportedTrial) {
        self.trials += 1;
        let (passed, total) = self.cases.entry(one.trial.site.case.clone()).or_default();
        match one.scores.first().map(|score| &score.verdict) {
            Some(Verdict::Pass) => (*passed, *total) = (*passed + 1, *total + 1),
            Some(Verdict::Fail) => *total += 1,
            Some(Verdict::Measured | Verdict::Unscored(_)) | None => {}
        }
    }

    fn amount(self) -> Result<Amount, Fault> {
        let judged: Vec<(&CaseKey, (u32, u32))> =
            self.cases.iter().map(|(case, counts)| (case, *counts)).filter(|(_, (_, total))| *total > 0).collect();
        let item = |(case, (passed, total)): &(&CaseKey, (u32, u32))| {
            Trials::counts(*passed, *total).map(|trials| Item::new(case.as_str(), trials))
        };
        let items: Vec<Item> = judged.iter().map(item).collect::<Result<_, _>>().map_err(Fault::unexpected)?;
        let most = judged.iter().map(|(_, (_, total))| *total).min().unwrap_or_default().min(MOST_K);
        let curve = (1..=most).map(|k| all_of_k(&items, k, Level::P95)).collect::<Result<_, _>>();
        let count = |is: fn((u32, u32)) -> bool| judged.iter().filter(|(_, counts)| is(*counts)).count() as u64;
        let flaky = judged.iter().filter(|(_, (passed, total))| (1..*total).contains(passed));
        Ok(Amount {
            all_of_k: curve.map_err(Fault::unexpected)?,
            steadiness: Steadiness {
                always: count(|(passed, total)| passed == total),
                flaky: count(|(passed, total)| (1..total).contains(&passed)),
                never: count(|(passed, _)| passed == 0),
                flaky_cases: flaky.map(|(case, _)| (*case).clone()).collect(),
            },
            cases: self.cases.len() as u64,
            run: self.run,
            suite: self.suite,
            model: self.model,
            trials: self.trials,
        })
    }
}

/// What a recorded run amounts to.
pub(super) struct Amount {
    run: RunId,
    suite: String,
    model: String,
    trials: u64,
    cases: u64,
    all_of_k: Vec<Estimate>,
    steadiness: Steadiness,
}

impl Amount {
    pub(super) fn text(&self) -> String {
        let Self { run, suite, model, trials, cases, all_of_k, steadiness: steady } = self;
        let cases = counted(*cases, "case", "cases");
        let trials = counted(*trials, "trial", "trials");
        let mut out = format!("{STRONG}suite {suite}{STRONG:#} · {model} · {cases}, {trials} · run {run}\n");
        if all_of_k.is_empty() {
            return out;
        }
        let heading = format!("{} interval", level(Level::P95.get()));
        out.push_str(&format!("  {FAINT}{:<8}{:>8}  {heading:<17}{:>5}{FAINT:#}\n", "metric", "estimate", "cases"));
        for (index, estimate) in all_of_k.iter().enumerate() {
            let (name, point) = (format!("pass^{}", index + 1), value(Unit::Share, estimate.point));
            let interval = range(Unit::Share, estimate);
            out.push_str(&format!("  {name:<8}{STRONG}{point:>8}{STRONG:#}  {interval:<17}{:>5}\n", estimate.n_items));
        }
        out.push_str(&format!("  {}\n", steadiness(steady)));
        out
    }

    pub(super) fn json(&self) -> serde_json::Value {
        let Self { run, suite, model, trials, cases: _, all_of_k, steadiness } = self;
        json!({"run": run, "suite": suite, "model": model, "trials": trials, "all_of_k": all_of_k, "steadiness": steadiness})
    }
}
