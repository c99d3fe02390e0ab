//! `eval`: how good the agent is, and how sure that is.

use loopwright_core::{Arm, Case, Condition, Patch, Purpose, RunQuery, RunStatus, Split, Summary};
use loopwright_eval::{Order, Plan, Tally, Workshop, summarise};
use loopwright_report::{LoopReport, Palette, counted, json, terminal};
use loopwright_stats::{Level, PairedDesign, PowerTarget, Sides, detectable_difference};

use crate::cli::{ArmOverride, EvalArgs};
use crate::context::Context;
use crate::entropy;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::outlay::{self, Outlay};
use crate::printer::{FAINT, HINT, Printer, STRONG};
use crate::progress::Progress;
use crate::report;
use crate::workshop::{Options, Seeding, Shop, check_budget};

/// Measures the agent.
pub(super) async fn run(args: EvalArgs, context: &Context) -> Result<Exit, Fault> {
    let seeding = args.seed.map_or(Seeding::Fresh, |seed| Seeding::Typed(loopwright_core::Seed(seed)));
    let budget = Some(args.budget.clone());
    let options = Options { concurrency: args.concurrency, seeding, budget };
    let mut shop = Shop::open(context, args.suite.as_ref(), options)?;
    narrow(&mut shop.workshop, &args)?;
    let arms = arms(shop.base()?, &args.arms)?;
    check_budget(arms.iter().map(|arm| &arm.variant), Some(&args.budget), &shop.workshop.reach.access)?;
    let (plan, done) = plan(&shop.workshop, arms, args.seed, context).await?;
    announce(&plan, &shop, context.printer);
    let outlay = Outlay { trials: plan.trials().saturating_sub(done), arms: &plan.manifest.arms };
    outlay::tell(outlay, &shop, !args.budget.yes, context).await?;
    let made = shop.workshop.finish(plan, &mut Progress::new(context.printer)).await.map_err(Fault::from)?;
    let (manifest, tally) = (&made.plan.manifest, &made.execution.tally);
    let summary = summarise(manifest, made.execution.status, tally, &shop.workshop.suite.metrics, &shop.workshop.ruler);
    show(&summary, context)?;
    let made_by = format!("run {} · loopwright {}", manifest.id, manifest.version);
    report::write(&args.reports, &story(&shop, summary.clone(), made_by), context)?;
    end(&summary, tally, context.printer)
}

/// Keeps the cases that `--filter` and `--limit` let through, and takes the trials of `--trials`.
fn narrow(workshop: &mut Workshop, args: &EvalArgs) -> Result<(), Fault> {
    let suite = &mut workshop.suite;
    suite.cases.retain(|case| case.split == Split::Dev && (args.filter.is_empty() || is_chosen(case, &args.filter)));
    if let Some(limit) = args.limit {
        suite.cases.truncate(limit.get());
    }
    if let Some(trials) = args.trials {
        suite.trials = trials.get();
    }
    if suite.cases.is_empty() {
        let fault = Fault::nothing(format!("no case of the suite `{}` is left to run", suite.name));
        return Err(
            fault.with_hint("cases of the vault are never run by `eval`; `--filter` takes a tag, or how a key begins")
        );
    }
    Ok(())
}

fn is_chosen(case: &Case, filter: &[String]) -> bool {
    let fits = |wanted: &String| {
        case.key.as_str().starts_with(wanted.as_str()) || case.tags.iter().any(|tag| tag.as_str() == wanted)
    };
    filter.iter().any(fits)
}

/// The agent as it stands, and each further arm with what is different in it.
fn arms(base: Arm, overrides: &[ArmOverride]) -> Result<Vec<Arm>, Fault> {
    let mut arms = vec![base];
    for change in overrides {
        let place = arms.iter().position(|arm| arm.name == change.name && arm.name != arms[0].name);
        let from = place.map_or(&arms[0], |place| &arms[place]);
        let patch = Patch { edits: vec![change.edit.clone()] };
        let variant = from.variant.patched(&patch).map_err(Fault::usage)?;
        let arm = Arm { name: change.name.clone(), variant };
        match place {
            Some(place) => arms[place] = arm,
            None if arm.name == arms[0].name => {
                return Err(Fault::usage(format!("`{}` is the agent as it stands; name the arm otherwise", arm.name)));
            }
            None => arms.push(arm),
        }
    }
    Ok(arms)
}

/// The plan of a new run, or of one that was broken off and is the same in everything else, with the trials that are done.
async fn plan(
    workshop: &Workshop,
    arms: Vec<Arm>,
    typed: Option<u64>,
    context: &Context,
) -> Result<(Plan, u64), Fault> {
    let order = Order {
        purpose: Purpose::Eval,
        split: Split::Dev,
        arms,
        conditions: workshop.suite.conditions(),
        repetitions: workshop.suite.trials,
        only: None,
    };
    let seed = workshop.draw.seed(Purpose::Eval).map_err(Fault::unexpected)?;
    let fresh = workshop.plan(order.clone(), entropy::run_id(context.clock.as_ref())?, seed).map_err(Fault::nothing)?;
    let query = RunQuery {
        suite: Some(workshop.suite.name.clone()),
        purpose: Some(Purpose::Eval),
        limit: 20,
        ..RunQuery::default()
    };
    for record in workshop.ports.ledger.runs(query).await.map_err(Fault::unexpected)? {
        let earlier = &record.manifest;
        let is_open = matches!(record.status, RunStatus::Unfinished | RunStatus::Cancelled);
        if !is_open || typed.is_some_and(|seed| seed != earlier.seed.0) {
            continue;
        }
        let mut again = workshop.plan(order.clone(), earlier.id.clone(), earlier.seed).map_err(Fault::nothing)?;
        if again.manifest.plan == earlier.plan {
            again.manifest.started_ns = earlier.started_ns;
            return Ok((again, record.acted));
        }
    }
    Ok((fresh, 0))
}

/// What is about to be run and spent, and the smallest difference that it can show.
fn announce(plan: &Plan, shop: &Shop, printer: Printer) {
    let manifest = &plan.manifest;
    let cases = counted(plan.cases.len() as u64, "case", "cases");
    let conditions = plan.conditions().iter().map(Condition::to_string).collect::<Vec<_>>().join(", ");
    printer.say(&format!(
        "{STRONG}{}{STRONG:#}: {cases} × {} under {conditions} × {} = {}, seed {}",
        manifest.suite,
        counted(u64::from(plan.repetitions()), "trial", "trials"),
        counted(manifest.arms.len() as u64, "arm", "arms"),
        counted(plan.trials(), "trial", "trials"),
        manifest.seed,
    ));
    let design = PairedDesign::planned(0.7, 0.5, 0.8, plan.repetitions());
    if let Ok(power) = Level::new(0.8) {
        let target = PowerTarget { level: shop.workshop.ruler.level, power, sides: Sides::Two };
        let smallest = detectable_difference(&design, &target, plan.cases.len() as u64);
        printer.say(&format!(
            "{FAINT}so many cases and trials show a difference of {:.1} points between two arms with power 0.8, if about \
             70 % pass{FAINT:#}",
            100.0 * smallest
        ));
    }
    let money = shop.workshop.pace.money.map(|money| money.to_string());
    let tokens = shop.workshop.pace.tokens.map(|tokens| counted(tokens, "token", "tokens"));
    let limits: Vec<String> = money.into_iter().chain(tokens).collect();
    if !limits.is_empty() {
        printer.say(&format!("{FAINT}budget: at most {}{FAINT:#}", limits.join(" and ")));
    }
}

fn show(summary: &Summary, context: &Context) -> Result<(), Fault> {
    let text = terminal::summary(summary, Palette::Ansi);
    context.printer.document(&text, || json::document("summary", summary))
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
