//! `diagnose`: why trials fail.

use loopwright_core::{Fact, Finding, Ledger, RunManifest, RunRecord};
use loopwright_improve::{DiagnosisRequest, Evidence, EvidenceRequest, Replaying, diagnose};
use loopwright_report::{Palette, counted, terminal};

use super::past_run;
use crate::answerer::is_attached;
use crate::cli::DiagnoseArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::HINT;
use crate::progress::Progress;
use crate::workshop::{Options, Shop, open_store};

/// Diagnoses a run.
pub(super) async fn run(args: DiagnoseArgs, context: &Context) -> Result<Exit, Fault> {
    let project = context.project()?;
    let record = past_run::wanted(&open_store(&project, context)?, args.run.as_ref(), None).await?;
    let manifest = &record.manifest;
    let shop = Shop::of(project, context, Some(&manifest.suite), Options::from(&args.running))?;
    let findings = findings(&shop, &record, context).await?;
    context.printer.banner(manifest.simulated);
    let is_attached = manifest.arms.first().is_some_and(|arm| is_attached(&arm.variant));
    let hint = |finding: &Finding| hint(finding, is_attached);
    context.printer.document(&terminal::findings(&findings, &hint, Palette::Ansi), "findings", &findings)?;
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

/// The findings of the run of `record`: those in the ledger, or else made now and recorded.
pub(super) async fn findings(shop: &Shop, record: &RunRecord, context: &Context) -> Result<Vec<Finding>, Fault> {
    past_run::refuse_sealed(record)?;
    let manifest = &record.manifest;
    let known = shop.store.findings(&manifest.id).await.map_err(Fault::unexpected)?;
    if !known.is_empty() {
        return Ok(known);
    }
    let evidence = evidence(shop, manifest).await?;
    if evidence.left_out > 0 {
        let trials = counted(evidence.left_out, "trial is", "trials are");
        context.printer.warn(&format!("{trials} left out: their case was changed or removed since"));
    }
    let replaying = Some(Replaying::usual(&shop.workshop));
    let request = DiagnosisRequest { evidence: &evidence, level: shop.workshop.ruler.level, replaying };
    let diagnosis = diagnose(request, &mut Progress::new(context.printer)).await.map_err(Fault::usage)?;
    let facts = diagnosis.findings.iter().cloned().map(|finding| Fact::Found(Box::new(finding))).collect();
    shop.store.append(facts).await.map_err(Fault::unexpected)?;
    Ok(diagnosis.findings)
}
