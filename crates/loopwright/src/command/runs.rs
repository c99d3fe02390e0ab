//! `runs`: the runs of the project, or one of them.

use loopwright_core::{Ledger, Purpose, RunManifest, RunQuery, RunRecord, RunStatus};
use loopwright_eval::{Metric, Tally, summarise};
use loopwright_report::{Palette, counted, terminal, whole};

use super::past_run;
use crate::cli::RunsArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{FAINT, STRONG};
use crate::workshop::{open_store, ruler};

/// Most arms whose names are listed.
const ARMS_NAMED: usize = 3;

/// Lists the runs, or shows one.
pub(super) async fn run(args: RunsArgs, context: &Context) -> Result<Exit, Fault> {
    let project = context.project()?;
    let store = open_store(&project, context)?;
    let Some(id) = &args.run else {
        let query = RunQuery { limit: args.limit.get(), ..RunQuery::default() };
        let records = store.runs(query).await.map_err(Fault::unexpected)?;
        if records.is_empty() {
            return Err(Fault::nothing("nothing has been run yet").with_hint("run `loopwright eval`"));
        }
        let text: String = records.iter().map(line).collect();
        context.printer.document(&text, "runs", &records)?;
        return Ok(Exit::Ok);
    };
    let record = past_run::named(&store, id).await?;
    past_run::refuse_sealed(&record)?;
    let manifest = &record.manifest;
    let tally = Tally::read(&store, &manifest.id).await.map_err(Fault::unexpected)?;
    let summary = summarise(manifest, record.status, &tally, &Metric::of_run(manifest), &ruler(&project));
    context.printer.document(&terminal::summary(&summary, Palette::Ansi), "summary", &summary)?;
    Ok(Exit::Ok)
}

fn line(record: &RunRecord) -> String {
    let manifest = &record.manifest;
    let trials = counted(manifest.trials, "trial", "trials");
    // Served requests follow no plan.
    let done = if manifest.purpose == Purpose::Served {
        counted(record.acted, "trial", "trials")
    } else if record.acted == manifest.trials {
        trials
    } else {
        format!("{} of {trials}", whole(record.acted))
    };
    format!(
        "{STRONG}{}{STRONG:#}  {:<9}  {:<10}  {done} · {} · {}{FAINT}{}{FAINT:#}\n",
        manifest.id,
        purpose(manifest.purpose),
        status(record.status),
        manifest.suite,
        arms(manifest),
        if manifest.simulated { " · simulated" } else { "" },
    )
}

/// The arms by name, or how many there are where the names would fill the line.
fn arms(manifest: &RunManifest) -> String {
    let names: Vec<&str> = manifest.arms.iter().map(|arm| arm.name.as_str()).collect();
    if names.len() <= ARMS_NAMED { names.join(", ") } else { format!("{} arms", names.len()) }
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Eval => "eval",
        Purpose::Diagnosis => "diagnosis",
        Purpose::Race => "race",
        Purpose::Gate => "gate",
        Purpose::Import => "import",
        Purpose::Served => "served",
    }
}

fn status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Unfinished => "unfinished",
        RunStatus::Complete => "complete",
        RunStatus::Degraded => "degraded",
        RunStatus::Cancelled => "cancelled",
    }
}
