//! `export`: a run in the form of another tool.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};

use loopwright_core::{Arm, Case, CaseKey, Condition, Ledger, RunManifest, RunRecord, ScoreQuery, Split, TrialQuery};
use loopwright_exchange::InspectWriter;
use loopwright_report::counted;
use loopwright_store::Store;
use serde_json::json;

use super::past_run;
use crate::cli::{ExportArgs, ExportFormat};
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::project::Project;
use crate::workshop::open_store;

/// Trials that are looked up at once.
const PAGE: usize = 500;

/// Writes the run.
pub(super) async fn run(args: ExportArgs, context: &Context) -> Result<Exit, Fault> {
    let ExportFormat::Inspect = args.to;
    let project = context.project()?;
    let store = open_store(&project, context)?;
    let record = past_run::named(&store, &args.run).await?;
    past_run::refuse_sealed(&record)?;
    let manifest = &record.manifest;
    let arm = arm(manifest, &args)?;
    let shown = args.output.display();
    let path = context.folder.join(&args.output);
    let file =
        File::create_new(&path).map_err(|error| Fault::usage(format!("`{shown}` cannot be written: {error}")))?;
    let count = fill(file, &store, (&record, arm), &cases(&project, manifest)).await;
    // Half of a log would look like a run that broke off, and be in the way of the next try.
    let count = count.inspect_err(|_| drop(std::fs::remove_file(&path)))?;
    let value = json!({"run": manifest.id, "arm": arm.name, "file": args.output, "trials": count.written, "left_out": count.left_out});
    context.printer.document(&format!("{shown}\n"), "export", &value)?;
    let left_out = match count.left_out {
        0 => String::new(),
        left => format!("; {} under other conditions or of other arms left out", counted(left, "trial", "trials")),
    };
    context.printer.say(&format!("{} of `{}`{left_out}", counted(count.written, "trial", "trials"), manifest.id));
    Ok(Exit::Ok)
}

/// The arm that is meant.
fn arm<'a>(manifest: &'a RunManifest, args: &ExportArgs) -> Result<&'a Arm, Fault> {
    let names: Vec<&str> = manifest.arms.iter().map(|arm| arm.name.as_str()).collect();
    let named = |name: &str| manifest.arms.iter().find(|arm| arm.name.as_str() == name);
    match (&args.arm, manifest.arms.as_slice()) {
        (Some(name), _) => named(name.as_str()).ok_or_else(|| {
            Fault::usage(format!("the run `{}` has no arm `{name}`", manifest.id))
                .with_hint(crate::nearest::advice(name.as_str(), names.iter().copied()))
        }),
        (None, [only]) => Ok(only),
        (None, _) => Err(Fault::usage(format!("the run `{}` has several arms", manifest.id))
            .with_hint(format!("name one with `--arm`: {}", names.join(", ")))),
    }
}

/// The cases of the run's suite as the project has them now; none where the suite is not the project's.
fn cases(project: &Project, manifest: &RunManifest) -> BTreeMap<CaseKey, Case> {
    let cases = project.cases(&manifest.suite).unwrap_or_default();
    cases.into_iter().filter(|case| case.split == Split::Dev).map(|case| (case.key.clone(), case)).collect()
}

/// How many trials went where.
struct Count {
    written: u64,
    left_out: u64,
}

async fn fill(
    file: File,
    store: &Store,
    (record, arm): (&RunRecord, &Arm),
    cases: &BTreeMap<CaseKey, Case>,
) -> Result<Count, Fault> {
    let mut writer = InspectWriter::begin(BufWriter::new(file), &record.manifest, arm).map_err(Fault::unexpected)?;
    let mut count = Count { written: 0, left_out: 0 };
    let mut query = TrialQuery { limit: PAGE, ..TrialQuery::of(record.manifest.id.clone()) };
    loop {
        let sites = store.trials(query.clone()).await.map_err(Fault::unexpected)?;
        let Some(last) = sites.last() else { break };
        query.after = Some(last.index);
        for site in sites {
            let is_meant = site.condition == Condition::Plain && site.arm == arm.name;
            let trial = if is_meant { store.trial(&site.key).await.map_err(Fault::unexpected)? } else { None };
            let Some(trial) = trial else {
                count.left_out += u64::from(!is_meant);
                continue;
            };
            let query = ScoreQuery { run: record.manifest.id.clone(), metric: None, trial: Some(site.key) };
            let scores = store.scores(query).await.map_err(Fault::unexpected)?;
            let case = cases.get(&site.case);
            writer.sample(&trial, &scores, case).map_err(Fault::unexpected)?;
            count.written += 1;
        }
    }
    let mut file = writer.end(record.status).map_err(Fault::unexpected)?;
    file.flush().map_err(Fault::unexpected)?;
    Ok(count)
}
