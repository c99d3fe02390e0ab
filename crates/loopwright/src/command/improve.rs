//! `improve`: tries remedies for what was found, and keeps what holds.

mod accepted;
mod afresh;
mod first_round;
mod readiness;
mod telling;

use loopwright_core::{Cost, Finding, RunManifest, RunRecord, RunStatus, Summary};
use loopwright_eval::{Tally, summarise};
use loopwright_improve::{Improvement, ImprovementRequest, improve};
use loopwright_report::{Fate, LoopReport, Palette, Units, terminal};

use accepted::Accepted;

use super::diagnose::{evidence, findings};
use super::past_run;
use crate::cli::ImproveArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::HINT;
use crate::progress::Progress;
use crate::report;
use crate::workshop::{Options, Shop};

pub(super) use afresh::afresh;
pub(super) use telling::attempts;

/// Trials of each case and arm in a race.
pub const RACE_TRIALS: u32 = 3;

/// Improves the agent.
pub(super) async fn run(args: ImproveArgs, context: &Context) -> Result<Exit, Fault> {
    let shop = Shop::open(context, args.suite.as_ref(), Options::from(&args.running))?;
    match Accepted::kept(&shop, args.finding)? {
        Some(accepted) if args.accept => {
            context
                .printer
                .say("an earlier `improve` has accepted a change: it is written, and nothing measured again");
            show(&accepted.story, context)?;
            report::write(&args.reports, &accepted.story, &[], context)?;
            return accepted.write(&shop, context).await;
        }
        Some(_) => context.printer.warn("a change that was accepted earlier waits for `loopwright improve --accept`"),
        None => {}
    }
    let record = current(&shop).await?;
    let manifest = &record.manifest;
    let findings = findings(&shop, &record, context).await?;
    readiness::check(&shop, &findings, args.finding, context.printer)?;
    let evidence = evidence(&shop, manifest).await?;
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
    let after = afresh(&shop, &improvement, context).await?;
    let story = story(&shop, manifest, findings, (&improvement, after)).await?;
    show(&story, context)?;
    report::write(&args.reports, &story, &[], context)?;
    let Some(accepted) = Accepted::of(&shop, &improvement, story, context)? else {
        context.printer.say("nothing was accepted: the agent stays as it is");
        return Ok(Exit::Inconclusive);
    };
    if args.accept {
        return accepted.write(&shop, context).await;
    }
    accepted.keep(&shop)?;
    context.printer.say(&format!("to write it to the project's files: {HINT}loopwright improve --accept{HINT:#}"));
    Ok(Exit::Ok)
}

/// The latest run of the agent as it stands: one of another variant says nothing about it.
async fn current(shop: &Shop) -> Result<RunRecord, Fault> {
    let latest = past_run::wanted(&shop.store, None, Some(&shop.workshop.suite.name)).await?;
    let measured = latest.manifest.arms.first().map(|arm| arm.variant.digest());
    if measured == Some(shop.base()?.variant.digest()) {
        return Ok(latest);
    }
    Err(Fault::usage(format!("the agent has changed since it was measured in the run `{}`", latest.manifest.id))
        .with_hint("run `loopwright eval` again"))
}

/// The story of the loop: where the agent stood, why it failed, what was tried, where it stands.
pub(super) async fn story(
    shop: &Shop,
    manifest: &RunManifest,
    findings: Vec<Finding>,
    (improvement, after): (&Improvement, Option<Summary>),
) -> Result<LoopReport, Fault> {
    let before = Tally::read(&shop.store, &manifest.id).await.map_err(Fault::unexpected)?;
    let (metrics, ruler) = (&shop.workshop.suite.metrics, &shop.workshop.ruler);
    let before = summarise(manifest, RunStatus::Complete, &before, metrics, ruler);
    Ok(LoopReport {
        title: shop.agent.to_string(),
        made: format!("run {} · loopwright {}", manifest.id, manifest.version),
        simulated: manifest.simulated,
        cost: before.cost + improvement.cost + after.as_ref().map_or(Cost::ZERO, |after| after.cost),
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
    context.printer.banner(story.simulated);
    let mut text = terminal::attempts(&story.attempts, &units, Palette::Ansi);
    for query in &story.gate_queries {
        text.push('\n');
        text.push_str(&terminal::gate_query(query, &units, Palette::Ansi));
    }
    for attempt in story.attempts.iter().filter(|attempt| attempt.fate == Fate::Accepted) {
        text.push_str(&format!("\n{}: {}\n{}", attempt.technique, attempt.change, attempt.diff));
    }
    context.printer.document(&text, "improvement", story)
}
