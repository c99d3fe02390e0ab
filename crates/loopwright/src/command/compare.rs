//! `compare`: two runs case by case, or several models on one suite, with a verdict.

use loopwright_core::{Arm, ArmName, Comparison, Condition, Edit, PartName, Patch, Purpose, RunRecord, Split};
use loopwright_eval::{Order, Ruler, Sided, Tally, comparable, compare};
use loopwright_model::ModelRef;
use loopwright_report::{Palette, SIMULATED, Units, json, junit, markdown, terminal};
use loopwright_stats::Level;
use loopwright_store::Store;

use super::diagnose::record;
use crate::cli::CompareArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::outlay::{self, Outlay};
use crate::printer::WARN;
use crate::progress::Progress;
use crate::report::write_verdict;
use crate::workshop::{Options, Seeding, Shop, check_budget, dev_cases, open_store};

/// Compares two runs, or models.
pub(super) async fn run(args: CompareArgs, context: &Context) -> Result<Exit, Fault> {
    let compared = if args.models.is_empty() { runs(&args, context).await? } else { models(&args, context).await? };
    let Compared { comparisons, units, simulated, suite } = compared;
    if simulated {
        context.printer.say(&format!("{WARN}{SIMULATED}{WARN:#}"));
    }
    let text = terminal::comparisons(&comparisons, &units, Palette::Ansi);
    context.printer.document(&text, || json::document("comparisons", &comparisons))?;
    let junit = junit::comparisons(&suite, &comparisons, &units);
    write_verdict(&args.reports, (&junit, &markdown::comparisons(&comparisons, &units, simulated)), context)?;
    Ok(Exit::Ok)
}

struct Compared {
    comparisons: Vec<Comparison>,
    units: Units,
    simulated: bool,
    suite: loopwright_core::SuiteName,
}

async fn runs(args: &CompareArgs, context: &Context) -> Result<Compared, Fault> {
    let project = context.project()?;
    let store = open_store(&project, context)?;
    let (Some(a), Some(b)) = (args.runs.first(), args.runs.get(1)) else {
        return Err(Fault::usage("two runs are needed"));
    };
    let (a, b) = (record(&store, a).await?, record(&store, b).await?);
    let metrics = comparable(&a, &b).map_err(Fault::usage)?;
    let ruler = Ruler { level: Level::P95, margin: project.gate.margin };
    let (here, there) = (tally(&store, &a).await?, tally(&store, &b).await?);
    let (from, to) = (first(&a)?, first(&b)?);
    let mut comparisons = vec![];
    for metric in &metrics {
        if let Ok(mut one) = compare((&here, &from), (&there, &to), metric, &ruler) {
            // Two runs of one arm would read as one thing compared with itself.
            (one.baseline, one.candidate) = (named(&a)?, named(&b)?);
            comparisons.push(one);
        }
    }
    if comparisons.is_empty() {
        return Err(Fault::nothing("the two runs share no case that both scored"));
    }
    let units = Units::new(metrics.iter().map(|metric| (metric.name().clone(), metric.unit())));
    let (simulated, suite) = (a.manifest.simulated, a.manifest.suite);
    Ok(Compared { comparisons, units, simulated, suite })
}

async fn tally(store: &Store, record: &RunRecord) -> Result<Tally, Fault> {
    Tally::read(store, &record.manifest.id).await.map_err(Fault::unexpected)
}

fn first(record: &RunRecord) -> Result<Sided, Fault> {
    let arm = record.manifest.arms.first().ok_or_else(|| Fault::usage("the run has no arm"))?;
    Ok(Sided { arm: arm.name.clone(), condition: Condition::Plain })
}

fn named(record: &RunRecord) -> Result<ArmName, Fault> {
    ArmName::new(record.manifest.id.as_str()).map_err(Fault::unexpected)
}

/// Runs the suite with each model as an arm of its own, side by side.
async fn models(args: &CompareArgs, context: &Context) -> Result<Compared, Fault> {
    let options = Options { budget: Some(args.budget.clone()), seeding: Seeding::Fresh, ..Options::default() };
    let shop = Shop::open(context, args.suite.as_ref(), options)?;
    let base = shop.base()?;
    let arms = args.models.iter().map(|model| with_model(&base, model)).collect::<Result<Vec<_>, _>>()?;
    if arms.len() < 2 {
        return Err(Fault::usage("two models are needed").with_hint("`--models standin:small,standin:mid`"));
    }
    let variants = arms.iter().map(|arm| &arm.variant);
    check_budget(variants, Some(&args.budget), &shop.workshop.reach.access)?;
    let simulated: Vec<bool> = arms.iter().map(|arm| super::is_simulated(&arm.variant)).collect();
    if simulated.iter().any(|one| *one != simulated[0]) {
        return Err(Fault::usage("a simulated model and a real one are never mixed in one comparison"));
    }
    let order = Order {
        purpose: Purpose::Eval,
        split: Split::Dev,
        arms: arms.clone(),
        conditions: vec![Condition::Plain],
        repetitions: shop.workshop.suite.trials,
        only: None,
    };
    let trials = dev_cases(&shop.workshop) * u64::from(order.repetitions) * arms.len() as u64;
    outlay::tell(Outlay { trials, arms: &arms }, &shop, !args.budget.yes, context).await?;
    let made = shop.workshop.make(order, &mut Progress::new(context.printer)).await?;
    let tally = &made.execution.tally;
    let plain = |arm: &Arm| Sided { arm: arm.name.clone(), condition: Condition::Plain };
    let mut comparisons = vec![];
    for arm in &arms[1..] {
        for metric in &shop.workshop.suite.metrics {
            let sides = ((tally, &plain(&arms[0])), (tally, &plain(arm)));
            comparisons.extend(compare(sides.0, sides.1, metric, &shop.workshop.ruler));
        }
    }
    let metrics = &shop.workshop.suite.metrics;
    let units = Units::new(metrics.iter().map(|metric| (metric.name().clone(), metric.unit())));
    Ok(Compared { comparisons, units, simulated: simulated[0], suite: shop.workshop.suite.name.clone() })
}

/// `base` with another model; the arm is called after it.
fn with_model(base: &Arm, model: &str) -> Result<Arm, Fault> {
    if super::is_attached(&base.variant) {
        let fault = Fault::usage("an attached agent has a model of its own, which cannot be exchanged from outside");
        return Err(
            fault.with_hint("change it behind the endpoint, run `loopwright eval` again, and compare the two runs")
        );
    }
    model.parse::<ModelRef>().map_err(Fault::usage)?;
    let part = PartName::new("model").map_err(Fault::unexpected)?;
    let edit = Edit { part, pointer: "/ref".to_owned(), value: model.into() };
    let variant = base.variant.patched(&Patch { edits: vec![edit] }).map_err(Fault::usage)?;
    Ok(Arm { name: ArmName::new(model).map_err(Fault::usage)?, variant })
}
