//! `eval`: how good the agent is, and how sure that is.

mod arms;
mod case_choice;
mod course;
mod preview;

use std::sync::Arc;

use loopwright_core::{Fact, Ledger, Queue, RunStatus, Summary};
use loopwright_eval::{Made, Tally};
use loopwright_model::Missing;
use loopwright_report::{LoopReport, Palette, terminal};

use course::{Course, course};

use crate::baseline::Baseline;
use crate::cli::EvalArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::outlay::{self, Outlay};
use crate::printer::{GOOD, HINT, Printer};
use crate::progress::Progress;
use crate::workshop::{Options, Shop, cassette, check_budget};
use crate::{report, trial_tables};

/// Measures the agent.
pub(super) async fn run(args: EvalArgs, context: &Context) -> Result<Exit, Fault> {
    let missing = if args.replay { Missing::Fails } else { Missing::IsRecorded };
    let kept = args.cassette.as_deref().map(|path| cassette(path, missing)).transpose()?;
    let options = Options { cassette: kept.map(Arc::new), ..Options::from(&args.running) };
    let mut shop = Shop::open(context, args.suite.as_ref(), options)?;
    shop.workshop.pace.rejudge = args.retry_errors;
    case_choice::narrow(Arc::make_mut(&mut shop.workshop.suite), &args)?;
    let arms = arms::arms(shop.base()?, &args.arms)?;
    let (suite, access) = (&shop.workshop.suite, &shop.workshop.reach.access);
    check_budget(arms.iter().map(|arm| &arm.variant), suite, &args.running.budget, access)?;
    let course = course(&shop, arms, (args.running.seed, args.retry_errors), context).await?;
    let made = make(course, &shop, &args, context).await?;
    let manifest = &made.plan.manifest;
    let summary = shop.summary(&made);
    context.printer.document(&terminal::summary(&summary, Palette::Ansi), "summary", &summary)?;
    let cases = report::outcomes(&made.execution.tally, manifest, shop.workshop.suite.metrics.first());
    let made_by = format!("run {} · loopwright {}", manifest.id, manifest.version);
    report::write(&args.reports, &story(&shop, summary.clone(), made_by), &cases, context)?;
    trial_tables::write(&args.trial_reports, manifest, &shop.store, context).await?;
    let exit = end(&summary, &made.execution.tally, context.printer)?;
    bless(&args, &made, &shop, context)?;
    Ok(exit)
}

/// Runs what is left of `course`, once it is said what that takes.
async fn make(course: Course, shop: &Shop, args: &EvalArgs, context: &Context) -> Result<Made, Fault> {
    let Course { plan, done } = course;
    preview::tell(&plan, shop, context.printer);
    let outlay = Outlay { trials: plan.trials().saturating_sub(done), arms: &plan.manifest.arms };
    outlay::tell(outlay, shop, !args.running.budget.yes, context).await?;
    if args.retry_errors {
        let run = plan.manifest.id.clone();
        shop.store.revive(&run).await.map_err(Fault::unexpected)?;
        // So that the dead are not counted twice, and that a run which is broken off now goes on like any other.
        let begun = Fact::RunEnded { run, status: RunStatus::Unfinished };
        shop.store.append(vec![begun]).await.map_err(Fault::unexpected)?;
    }
    Ok(shop.workshop.finish(plan, &mut Progress::new(context.printer)).await?)
}

/// Keeps the agent as a baseline. What was measured in part alone is none.
fn bless(args: &EvalArgs, made: &Made, shop: &Shop, context: &Context) -> Result<(), Fault> {
    let Some(name) = &args.bless else { return Ok(()) };
    if !matches!(made.execution.status, RunStatus::Complete | RunStatus::Degraded) {
        context.printer.warn(&format!("`{name}` is not blessed: the run is not complete"));
        return Ok(());
    }
    let path = Baseline::of(&made.plan.manifest)?.keep(&shop.project, name)?;
    context.printer.say(&format!("{GOOD}blessed{GOOD:#} {path}"));
    Ok(())
}

fn story(shop: &Shop, before: Summary, made: String) -> LoopReport {
    LoopReport {
        title: shop.agent.to_string(),
        made,
        simulated: before.simulated,
        cost: before.cost,
        before,
        after: None,
        findings: vec![],
        attempts: vec![],
        gate_queries: vec![],
        commands: vec!["loopwright eval".to_owned(), "loopwright diagnose".to_owned()],
    }
}

/// What to do next. A run in which every trial died has measured nothing.
fn end(summary: &Summary, tally: &Tally, printer: Printer) -> Result<Exit, Fault> {
    let fails = summary.arms.first().is_some_and(|arm| arm.steadiness.flaky + arm.steadiness.never > 0);
    if summary.status == RunStatus::Cancelled {
        printer.warn("the budget stopped the run before its end; the same command goes on where it stands");
    } else if tally.trials() == 0 {
        let fault = Fault::unexpected("every trial died of its infrastructure: nothing was measured");
        return Err(fault.with_hint("the warnings above say of what; `loopwright chat` talks to the agent"));
    } else if fails {
        printer.say(&format!("next: {HINT}loopwright diagnose{HINT:#} says why trials fail"));
    }
    Ok(Exit::Ok)
}
