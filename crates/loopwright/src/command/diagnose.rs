//! `diagnose`: why trials fail.

use loopwright_core::{Fact, Finding, Ledger, Purpose, RunId, RunManifest, RunQuery, RunRecord, Split, SuiteName};
use loopwright_improve::{DiagnosisRequest, Evidence, EvidenceRequest, Replaying, diagnose};
use loopwright_report::{Palette, SIMULATED, json, terminal};
use loopwright_store::Store;

use crate::cli::DiagnoseArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{HINT, WARN};
use crate::progress::Progress;
use crate::workshop::{BASE, Options, Seeding, Shop, open_store};

/// Most runs that are looked through for the latest one of the agent: between two of them others may stand.
pub(super) const LOOKED_THROUGH: usize = 64;

/// Most runs that are named where an id could mean several.
const NAMED: usize = 8;

/// Diagnoses a run.
pub(super) async fn run(args: DiagnoseArgs, context: &Context) -> Result<Exit, Fault> {
    let project = context.project()?;
    let manifest = wanted(&open_store(&project, context)?, args.run.as_ref(), None).await?;
    let seeding = args.seed.map_or(Seeding::Fresh, |seed| Seeding::Typed(loopwright_core::Seed(seed)));
    let options = Options { concurrency: args.concurrency, seeding, budget: Some(args.budget.clone()) };
    let shop = Shop::of(project, context, Some(&manifest.suite), options)?;
    let findings = findings(&shop, &manifest, context).await?;
    if manifest.simulated {
        context.printer.say(&format!("{WARN}{SIMULATED}{WARN:#}"));
    }
    let is_attached = manifest.arms.first().is_some_and(|arm| super::is_attached(&arm.variant));
    let hint = |finding: &Finding| hint(finding, is_attached);
    context
        .printer
        .document(&terminal::findings(&findings, &hint, Palette::Ansi), || json::document("findings", &findings))?;
    match (findings.is_empty(), is_attached) {
        (true, _) => {}
        (false, true) => {
            let then = format!("{HINT}loopwright eval{HINT:#}, and {HINT}loopwright compare{HINT:#} with this run");
            context.printer.say(&format!("next: change the agent, then {then}"));
        }
        (false, false) => {
            context.printer.say(&format!("next: {HINT}loopwright improve{HINT:#} tries remedies and keeps what holds"));
        }
    }
    Ok(Exit::Ok)
}

/// What helps against `finding`, in one line. What is behind an endpoint is changed by hand.
pub(super) fn hint(finding: &Finding, is_attached: bool) -> Option<String> {
    let answers = |technique: &&&loopwright_improve::Technique| technique.answers.contains(&finding.code);
    let names: Vec<&str> =
        loopwright_improve::technique::all().iter().filter(answers).map(|technique| technique.name).collect();
    match names.as_slice() {
        [] => Some(format!("loopwright explain {}", finding.code)),
        names if is_attached => {
            Some(format!("loopwright explain {} says what to do by hand ({})", names[0], names.join(", ")))
        }
        names => Some(format!("loopwright improve --finding {} ({})", finding.code, names.join(", "))),
    }
}

/// The manifest of the run `id`, or of the latest eval, of `suite` if one is named.
pub(super) async fn wanted(store: &Store, id: Option<&RunId>, suite: Option<&SuiteName>) -> Result<RunManifest, Fault> {
    if let Some(id) = id {
        return Ok(record(store, id).await?.manifest);
    }
    let query =
        RunQuery { suite: suite.cloned(), purpose: Some(Purpose::Eval), limit: LOOKED_THROUGH, ..RunQuery::default() };
    let runs = store.runs(query).await.map_err(Fault::unexpected)?;
    let latest = runs.into_iter().find(is_of_the_agent);
    let missing = || Fault::nothing("nothing has been measured yet").with_hint("run `loopwright eval` first");
    latest.map(|record| record.manifest).ok_or_else(missing)
}

/// Whether the run measured the agent of its time, and not only models in its place.
pub(super) fn is_of_the_agent(record: &RunRecord) -> bool {
    record.manifest.arms.first().is_some_and(|arm| arm.name.as_str() == BASE)
}

/// The run `id`, or the only one whose id begins so.
pub(super) async fn record(store: &Store, id: &RunId) -> Result<RunRecord, Fault> {
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

/// The evidence of the first arm of the run of `manifest`.
///
/// # Errors
/// When the run has no arm, looked at the vault, or cannot be read.
pub async fn evidence(shop: &Shop, manifest: &RunManifest) -> Result<Evidence, Fault> {
    let arm = manifest.arms.first().ok_or_else(|| Fault::unexpected("the run has no arm"))?;
    let corpus = arm.variant.part("knowledge").and_then(|part| part["corpus"].as_str()?.parse().ok());
    let corpus = corpus.and_then(|digest| shop.workshop.library.corpus(&digest));
    let primary = shop.workshop.suite.metrics.first().ok_or_else(|| Fault::usage("the suite has no metric"))?;
    let request = EvidenceRequest {
        ledger: &shop.store,
        run: &manifest.id,
        arm: &arm.name,
        cases: &shop.workshop.suite.cases,
        corpus,
        primary: &primary.id().name,
    };
    Evidence::read(request).await.map_err(Fault::usage)
}

/// The findings of the run of `manifest`: those in the ledger, or else made now and recorded.
pub(super) async fn findings(shop: &Shop, manifest: &RunManifest, context: &Context) -> Result<Vec<Finding>, Fault> {
    if manifest.split == Split::Vault {
        return Err(Fault::usage(format!("the run `{}` looked at the vault, which stays sealed", manifest.id)));
    }
    let known = shop.store.findings(&manifest.id).await.map_err(Fault::unexpected)?;
    if !known.is_empty() {
        return Ok(known);
    }
    let evidence = evidence(shop, manifest).await?;
    if evidence.left_out > 0 {
        let count = evidence.left_out;
        context.printer.warn(&format!("{count} trials are left out: their case was changed or removed since"));
    }
    let replaying = Some(Replaying::usual(&shop.workshop));
    let request = DiagnosisRequest { evidence: &evidence, level: shop.workshop.ruler.level, replaying };
    let diagnosis = diagnose(request, &mut Progress::new(context.printer)).await.map_err(Fault::usage)?;
    let facts = diagnosis.findings.iter().cloned().map(|finding| Fact::Found(Box::new(finding))).collect();
    shop.store.append(facts).await.map_err(Fault::unexpected)?;
    Ok(diagnosis.findings)
}
