//! The bare command: where the project stands, its biggest finding, and the next command.

use loopwright_core::{Finding, Ledger, RunManifest, RunStatus, Summary};
use loopwright_eval::{Metric, Tally, summarise};
use loopwright_report::{Palette, terminal};

use super::diagnose::hint;
use super::past_run;
use crate::answerer::is_attached;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{HINT, STRONG};
use crate::project::Project;
use crate::workshop::{open_store, ruler};

/// Says where the project of `context` stands.
pub(super) async fn run(context: &Context) -> Result<Exit, Fault> {
    let project = context.project()?;
    let store = open_store(&project, context)?;
    let Some(record) = past_run::latest(&store, None).await? else {
        let suites: Vec<String> = project.suites.keys().map(ToString::to_string).collect();
        let text = format!(
            "{STRONG}{}{STRONG:#}: not measured yet ({})\nnext: {HINT}loopwright eval{HINT:#}\n",
            project.name,
            if suites.is_empty() { "no suite".to_owned() } else { format!("suites: {}", suites.join(", ")) },
        );
        let value = serde_json::json!({ "project": project.name, "measured": false, "next": "loopwright eval" });
        context.printer.document(&text, "standing", &value)?;
        return Ok(Exit::Ok);
    };
    let manifest = &record.manifest;
    let tally = Tally::read(&store, &manifest.id).await.map_err(Fault::unexpected)?;
    let summary = summarise(manifest, record.status, &tally, &Metric::of_run(manifest), &ruler(&project));
    let findings = store.findings(&manifest.id).await.map_err(Fault::unexpected)?;
    let mut text = terminal::summary(&summary, Palette::Ansi);
    let is_attached = manifest.arms.first().is_some_and(|arm| is_attached(&arm.variant));
    let hint = |finding: &Finding| hint(finding, is_attached);
    if let Some(biggest) = findings.first() {
        text.push_str(&format!("\n{}", terminal::findings(std::slice::from_ref(biggest), &hint, Palette::Ansi)));
    }
    let (next, why) = match is_as_measured(&project, manifest) {
        true => next(&summary, !findings.is_empty(), is_attached),
        false => ("loopwright eval", "measures the agent, which has changed since"),
    };
    text.push_str(&format!("\nnext: {HINT}{next}{HINT:#} {why}\n"));
    let value = serde_json::json!({ "summary": summary, "biggest_finding": findings.first(), "next": next });
    context.printer.document(&text, "standing", &value)?;
    Ok(Exit::Ok)
}

/// Whether the agent is still the variant that the run measured.
fn is_as_measured(project: &Project, manifest: &RunManifest) -> bool {
    let agent = project.suites.get(&manifest.suite).and_then(|suite| project.agents.get(&suite.agent));
    let measured = manifest.arms.first().map(|arm| arm.variant.digest());
    agent.map(|agent| agent.variant.digest()) == measured
}

/// The next command, and what it is good for here.
fn next(summary: &Summary, is_diagnosed: bool, is_attached: bool) -> (&'static str, &'static str) {
    let fails = summary.arms.first().is_some_and(|arm| arm.steadiness.flaky + arm.steadiness.never > 0);
    match summary.status {
        RunStatus::Unfinished | RunStatus::Cancelled => ("loopwright eval", "goes on where the run broke off"),
        _ if is_diagnosed && is_attached => ("loopwright eval", "measures it again, once it was changed"),
        _ if is_diagnosed => ("loopwright improve", "tries remedies and keeps what holds"),
        _ if fails => ("loopwright diagnose", "says why trials fail"),
        _ => ("loopwright gate", "says whether a change keeps what was reached; harder cases would show more"),
    }
}
