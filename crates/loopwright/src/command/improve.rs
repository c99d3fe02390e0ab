//! `improve`: tries remedies for what was found, and keeps what holds.

mod first_round;
mod readiness;
mod telling;

use loopwright_core::{Fact, Finding, Ledger, Release, RunManifest};
use loopwright_eval::{Tally, summarise};
use loopwright_improve::{Improvement, ImprovementRequest, improve};
use loopwright_report::{Fate, LoopReport, Palette, SIMULATED, Units, json, terminal};

use super::diagnose::{evidence, findings, wanted};
use crate::cli::ImproveArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{GOOD, HINT, WARN};
use crate::progress::Progress;
use crate::project::Change;
use crate::report;
use crate::workshop::{Options, Seeding, Shop};

pub(super) use telling::attempts;

/// Trials of each case and arm in a race.
pub const RACE_TRIALS: u32 = 3;

/// Improves the agent.
pub(super) async fn run(args: ImproveArgs, context: &Context) -> Result<Exit, Fault> {
    let seeding = args.seed.map_or(Seeding::Fresh, |seed| Seeding::Typed(loopwright_core::Seed(seed)));
    let options = Options { concurrency: args.concurrency, seeding, budget: Some(args.budget.clone()) };
    let shop = Shop::open(context, args.suite.as_ref(), options)?;
    let manifest = wanted(&shop.store, None, Some(&shop.workshop.suite.name)).await?;
    check_current(&shop, &manifest)?;
    let findings = findings(&shop, &manifest, context).await?;
    readiness::check(&shop, &findings, args.finding, context.printer)?;
    let evidence = evidence(&shop, &manifest).await?;
    first_round::tell(&shop, &evidence, (&findings, &args), context).await?;
    let request = ImprovementRequest {
        workshop: &shop.workshop,
        rule: &shop.rule()?,
        evidence,
        findings: findings.clone(),
        only: args.finding,
        trials: RACE_TRIALS,
    };
    let improvement = improve(request, &mut Progress::new(context.printer)).await.map_err(Fault::unexpected)?;
    let story = story(&shop, &manifest, findings, &improvement).await?;
    show(&story, context)?;
    report::write(&args.reports, &story, context)?;
    settle(&shop, &improvement, args.accept, context).await
}

/// A run of another variant says nothing about the agent as it stands.
fn check_current(shop: &Shop, manifest: &RunManifest) -> Result<(), Fault> {
    let measured = manifest.arms.first().map(|arm| arm.variant.digest());
    if measured == Some(shop.base()?.variant.digest()) {
        return Ok(());
    }
    Err(Fault::usage(format!("the agent has changed since it was measured in the run `{}`", manifest.id))
        .with_hint("run `loopwright eval` again"))
}

/// The story of the loop: where the agent stood, why it failed, what was tried, where it stands.
pub(super) async fn story(
    shop: &Shop,
    manifest: &RunManifest,
    findings: Vec<Finding>,
    improvement: &Improvement,
) -> Result<LoopReport, Fault> {
    let summary = |manifest: &RunManifest, tally: &Tally| {
        let (metrics, ruler) = (&shop.workshop.suite.metrics, &shop.workshop.ruler);
        summarise(manifest, loopwright_core::RunStatus::Complete, tally, metrics, ruler)
    };
    let before = Tally::read(&shop.store, &manifest.id).await.map_err(Fault::unexpected)?;
    let before = summary(manifest, &before);
    let after = match &improvement.shown {
        Some((run, arm)) => {
            let mut raced = wanted(&shop.store, Some(run), None).await?;
            let tally = Tally::read(&shop.store, run).await.map_err(Fault::unexpected)?;
            raced.arms.retain(|other| other.name == *arm);
            Some(summary(&raced, &tally))
        }
        None => None,
    };
    Ok(LoopReport {
        title: shop.agent.to_string(),
        made: format!("run {} · loopwright {}", manifest.id, manifest.version),
        simulated: manifest.simulated,
        cost: before.cost + improvement.cost,
        before,
        after,
        findings,
        attempts: attempts(shop, improvement),
        gate_queries: improvement.tried.iter().filter_map(|tried| tried.query.clone()).collect(),
        commands: vec![
            "loopwright eval".to_owned(),
            "loopwright improve --accept".to_owned(),
            "loopwright gate".to_owned(),
        ],
    })
}

fn show(story: &LoopReport, context: &Context) -> Result<(), Fault> {
    let units = Units::of([&story.before]);
    if story.simulated {
        context.printer.say(&format!("{WARN}{SIMULATED}{WARN:#}"));
    }
    let mut text = terminal::attempts(&story.attempts, &units, Palette::Ansi);
    for query in &story.gate_queries {
        text.push('\n');
        text.push_str(&terminal::gate_query(query, &units, Palette::Ansi));
    }
    for attempt in story.attempts.iter().filter(|attempt| attempt.fate == Fate::Accepted) {
        text.push_str(&format!("\n{}: {}\n{}", attempt.technique, attempt.change, attempt.diff));
    }
    context.printer.document(&text, || json::document("improvement", story))
}

/// Writes what was accepted to the project's files, or says how to.
async fn settle(shop: &Shop, improvement: &Improvement, accept: bool, context: &Context) -> Result<Exit, Fault> {
    if improvement.patch.edits.is_empty() {
        context.printer.say("nothing was accepted: the agent stays as it is");
        return Ok(Exit::Inconclusive);
    }
    if !accept {
        context.printer.say(&format!("to write it to the project's files: {HINT}loopwright improve --accept{HINT:#}"));
        return Ok(Exit::Ok);
    }
    let change = Change::plan(&shop.project, &shop.agent, &improvement.patch)?;
    change.apply(&shop.project)?;
    release(shop, improvement, context).await?;
    for file in &change.files {
        context.printer.say(&format!("{GOOD}changed{GOOD:#} {}", file.path));
    }
    Ok(Exit::Ok)
}

/// Records the champion as the agent's release: what the next gate measures against.
pub(super) async fn release(shop: &Shop, improvement: &Improvement, context: &Context) -> Result<(), Fault> {
    let mut accepted = improvement.tried.iter().filter(|tried| tried.fate == Fate::Accepted);
    let reasons: Vec<String> = accepted
        .clone()
        .map(|tried| {
            format!("{} for {}: {}", tried.candidate.technique, tried.candidate.finding, tried.candidate.change)
        })
        .collect();
    let release = Release {
        agent: shop.agent.clone(),
        variant: improvement.champion.clone(),
        parent: Some(shop.base()?.variant.digest()),
        patch: improvement.patch.clone(),
        reason: reasons.join("; "),
        query: accepted.next_back().and_then(|tried| tried.query.as_ref()).map(|query| query.number),
        accepted_by: "promotion gate".to_owned(),
        at_ns: context.clock.now_ns(),
    };
    shop.store.append(vec![Fact::Released(Box::new(release))]).await.map_err(Fault::unexpected)
}
