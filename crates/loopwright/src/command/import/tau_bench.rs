//! Recorded runs of τ-bench → facts of the ledger, and what they amount to.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use loopwright_core::{Digest, Estimate, Fact, Ledger, RunId, RunQuery, RunStatus, Steadiness, Unit, Verdict};
use loopwright_exchange::{ImportedRun, TauBenchImport, read_tau_bench};
use loopwright_report::{counted, level, range, steadiness, value};
use loopwright_stats::{Item, Level, Trials, all_of_k};
use loopwright_store::Store;
use serde_json::json;

use super::MOST;
use super::draft::Draft;
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{FAINT, HINT, STRONG};
use crate::workshop::LEDGER;

/// Trials that are added in one transaction.
const BATCH: usize = 50;

pub(super) async fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let runs = args.files.iter().map(|file| recorded(file, context)).collect::<Result<Vec<_>, _>>()?;
    let draft = Draft::open(context)?;
    draft.project()?;
    let ledger = draft.root().join(LEDGER);
    draft.write()?;
    let store = Store::open(ledger, Arc::clone(&context.clock)).map_err(Fault::unexpected)?;
    let mut amounts = vec![];
    for run in runs {
        let amount = Amount::of(&run)?;
        if is_there(&store, &amount.run).await? {
            context.printer.say(&format!("`{}` is in the ledger already; nothing was added", amount.run));
        } else {
            add(&store, run).await.map_err(Fault::unexpected)?;
        }
        amounts.push(amount);
    }
    let text: Vec<String> = amounts.iter().map(Amount::text).collect();
    let values: Vec<_> = amounts.iter().map(Amount::json).collect();
    context.printer.result(&text.join("\n"), &values)?;
    context.printer.say(&format!("next: {HINT}loopwright runs{HINT:#}"));
    Ok(Exit::Ok)
}

/// The runs in `file`, whose name says who acted where: `gpt-4o-airline.json`.
fn recorded(file: &Path, context: &Context) -> Result<ImportedRun, Fault> {
    let shown = file.display();
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (model, domain) =
        stem.rsplit_once('-').filter(|(model, domain)| !model.is_empty() && !domain.is_empty()).ok_or_else(|| {
            Fault::usage(format!("`{shown}` does not say who acted where"))
                .with_hint("name it MODEL-DOMAIN.json, such as `gpt-4o-airline.json`")
        })?;
    let unreadable = |error: std::io::Error| Fault::usage(format!("`{shown}` cannot be read: {error}"));
    let mut bytes = Vec::new();
    File::open(context.folder.join(file))
        .and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    // The same file is the same run, so that reading it twice adds nothing.
    let digest = Digest::of_bytes(&bytes).to_string();
    let import = TauBenchImport {
        domain: domain.to_owned(),
        model: model.to_owned(),
        run: RunId::new(format!("tau-bench-{domain}-{}", &digest[..12])).map_err(Fault::usage)?,
        at_ns: context.clock.now_ns(),
        max_bytes: MOST,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    read_tau_bench(&mut bytes.as_slice(), &import).map_err(|error| {
        Fault::usage(format!("`{shown}`: {error}")).with_hint("this reader takes a list of results of tau-bench")
    })
}

async fn is_there(store: &Store, run: &RunId) -> Result<bool, Fault> {
    let query = RunQuery { id: Some(run.to_string()), ..RunQuery::default() };
    let found = store.runs(query).await.map_err(Fault::unexpected)?;
    Ok(found.iter().any(|record| record.status == RunStatus::Complete))
}

/// Adds the run to the ledger. An import that was broken off is completed by the next.
async fn add(store: &Store, run: ImportedRun) -> Result<(), loopwright_core::LedgerError> {
    let id = run.manifest.id.clone();
    store.append(vec![Fact::RunStarted(Box::new(run.manifest))]).await?;
    let mut trials = run.trials.into_iter().peekable();
    while trials.peek().is_some() {
        let batch = trials.by_ref().take(BATCH);
        let facts = batch.flat_map(|one| [Fact::Acted(Box::new(one.trial)), Fact::Scored(one.score)]);
        store.append(facts.collect()).await?;
    }
    store.append(vec![Fact::RunEnded { run: id, status: RunStatus::Complete }]).await
}

/// What a recorded run amounts to.
struct Amount {
    run: RunId,
    suite: String,
    model: String,
    trials: u64,
    all_of_k: Vec<Estimate>,
    steadiness: Steadiness,
}

impl Amount {
    fn of(run: &ImportedRun) -> Result<Self, Fault> {
        let mut cases: BTreeMap<_, (u32, u32)> = BTreeMap::new();
        for one in &run.trials {
            let (passed, total) = cases.entry(&one.trial.site.case).or_default();
            *total += 1;
            *passed += u32::from(one.score.verdict == Verdict::Pass);
        }
        let item = |(case, (passed, total)): (&&loopwright_core::CaseKey, &(u32, u32))| {
            Trials::counts(*passed, *total).map(|trials| Item::new(case.as_str(), trials))
        };
        let items: Vec<Item> = cases.iter().map(item).collect::<Result<_, _>>().map_err(Fault::unexpected)?;
        let most = cases.values().map(|(_, total)| *total).min().unwrap_or_default();
        let curve = (1..=most).map(|k| all_of_k(&items, k, Level::P95)).collect::<Result<_, _>>();
        let count = |is: fn(&(u32, u32)) -> bool| cases.values().filter(|counts| is(counts)).count() as u64;
        let flaky = cases.iter().filter(|(_, (passed, total))| (1..*total).contains(passed));
        Ok(Self {
            run: run.manifest.id.clone(),
            suite: run.manifest.suite.to_string(),
            model: run.manifest.arms.first().map(|arm| arm.name.to_string()).unwrap_or_default(),
            trials: run.trials.len() as u64,
            all_of_k: curve.map_err(Fault::unexpected)?,
            steadiness: Steadiness {
                always: count(|(passed, total)| passed == total),
                flaky: count(|(passed, total)| (1..*total).contains(passed)),
                never: count(|(passed, _)| *passed == 0),
                flaky_cases: flaky.map(|(case, _)| (*case).clone()).collect(),
            },
        })
    }

    fn text(&self) -> String {
        let Self { run, suite, model, trials, all_of_k, steadiness: steady } = self;
        let cases = counted(steady.always + steady.flaky + steady.never, "case", "cases");
        let trials = counted(*trials, "trial", "trials");
        let mut out = format!("{STRONG}suite {suite}{STRONG:#} · {model} · {cases}, {trials} · run {run}\n");
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

    fn json(&self) -> serde_json::Value {
        let Self { run, suite, model, trials, all_of_k, steadiness } = self;
        json!({"run": run, "suite": suite, "model": model, "trials": trials, "all_of_k": all_of_k, "steadiness": steadiness})
    }
}
