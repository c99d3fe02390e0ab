//! `compare`: two runs case by case, or several models on one suite, with a verdict.

use loopwright_core::{Arm, ArmName, Comparison, Condition, Edit, PartName, Patch, Purpose, RunRecord, Split};
use loopwright_eval::{Metric, Order, Pair, Sided, Tally, comparable, compare};
use loopwright_model::ModelRef;
use loopwright_report::{CaseShift, Palette, Units, junit, markdown, terminal};
use loopwright_store::Store;

use super::past_run;
use crate::answerer::{is_attached, is_simulated};
use crate::baseline::Baseline;
use crate::cli::CompareArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::outlay::{self, Outlay};
use crate::progress::Progress;
use crate::project::Project;
use crate::report::write_verdict;
use crate::workshop::{Options, Shop, check_budget, dev_cases, open_store, ruler, units};

/// Compares two runs, or models.
pub(super) async fn run(args: CompareArgs, context: &Context) -> Result<Exit, Fault> {
    let compared = match &args.models {
        None => runs(&args, context).await?,
        Some(list) => models(&ModelRef::parse_list(list).map_err(Fault::usage)?, &args, context).await?,
    };
    let Compared { comparisons, shifts, units, simulated, suite } = compared;
    context.printer.banner(simulated);
    let mut text = terminal::comparisons(&comparisons, &units, Palette::Ansi);
    if args.cases {
        text = format!("{text}\n{}", terminal::case_shifts(&shifts, Palette::Ansi));
        let value = serde_json::json!({ "comparisons": comparisons, "cases": shifts });
        context.printer.document(&text, "case_comparisons", &value)?;
    } else {
        context.printer.document(&text, "comparisons", &comparisons)?;
    }
    let junit = junit::comparisons(&suite, &comparisons, &units);
    write_verdict(&args.reports, (&junit, &markdown::comparisons(&comparisons, &units, simulated)), context)?;
    Ok(Exit::Ok)
}

struct Compared {
    comparisons: Vec<Comparison>,
    /// The cases that pass more or less often, those that lost most first.
    shifts: Vec<CaseShift>,
    units: Units,
    simulated: bool,
    suite: loopwright_core::SuiteName,
}

async fn runs(args: &CompareArgs, context: &Context) -> Result<Compared, Fault> {
    let project = context.project()?;
    let store = open_store(&project, context)?;
    let (a, b) = sides(args, &project, &store).await?;
    let metrics = comparable(&a, &b).map_err(Fault::usage)?;
    let ruler = ruler(&project);
    let (here, there) = (tally(&store, &a).await?, tally(&store, &b).await?);
    let (from, to) = (first(&a)?, first(&b)?);
    let shifts = shifts((&here, &from), (&there, &to), metrics.first(), &named(&b)?);
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
    let (simulated, suite) = (a.manifest.simulated, a.manifest.suite);
    Ok(Compared { comparisons, shifts, units: units(&metrics), simulated, suite })
}

/// The run that is compared against, and the one that is compared.
async fn sides(args: &CompareArgs, project: &Project, store: &Store) -> Result<(RunRecord, RunRecord), Fault> {
    let Some(name) = &args.baseline else {
        let [a, b] = args.runs.as_slice() else {
            let fault = Fault::usage("two runs are needed");
            return Err(fault.with_hint("`loopwright runs` lists them; `--baseline` names one that was blessed"));
        };
        return Ok((past_run::named(store, a).await?, past_run::named(store, b).await?));
    };
    let baseline = Baseline::named(project, name, None)?;
    let a = past_run::named(store, &baseline.run).await.map_err(|_| {
        let fault = Fault::usage(format!("the run `{}` of the baseline `{name}` is not in this ledger", baseline.run));
        fault.with_hint(format!("`loopwright gate --against {name}` measures both sides afresh"))
    })?;
    match args.runs.as_slice() {
        [] => {
            let latest = past_run::wanted(store, None, Some(&baseline.suite)).await?;
            if latest.manifest.id == baseline.run {
                let fault = Fault::nothing(format!("nothing was measured since `{name}` was blessed"));
                return Err(fault.with_hint("run `loopwright eval` first"));
            }
            Ok((a, latest))
        }
        [b] => Ok((a, past_run::named(store, b).await?)),
        _ => Err(Fault::usage("with `--baseline`, one run is compared")),
    }
}

/// The cases that pass more or less often on the second side, those that lost most first.
fn shifts(
    (here, a): (&Tally, &Sided),
    (there, b): (&Tally, &Sided),
    primary: Option<&Metric>,
    candidate: &ArmName,
) -> Vec<CaseShift> {
    let pairs = primary.map(|metric| here.pairs(a, there, b, metric.name())).unwrap_or_default();
    let shift = |Pair { case, a, b }: &Pair| {
        let (before, after) = (a.pass_share()?, b.pass_share()?);
        let shift = CaseShift { candidate: candidate.clone(), case: case.key.clone(), before, after };
        (before != after).then_some(shift)
    };
    let mut shifts: Vec<CaseShift> = pairs.iter().filter_map(shift).collect();
    shifts.sort_by(|a, b| (a.after - a.before).total_cmp(&(b.after - b.before)));
    shifts
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
async fn models(list: &[ModelRef], args: &CompareArgs, context: &Context) -> Result<Compared, Fault> {
    let shop = Shop::open(context, args.suite.as_ref(), Options::from(&args.running))?;
    let base = shop.base()?;
    let arms = list.iter().map(|model| with_model(&base, model)).collect::<Result<Vec<_>, _>>()?;
    if arms.len() < 2 {
        return Err(Fault::usage("two models are needed").with_hint("`--models standin:small,standin:mid`"));
    }
    let variants = arms.iter().map(|arm| &arm.variant);
    check_budget(variants, &shop.workshop.suite, &args.running.budget, &shop.workshop.reach.access)?;
    let simulated: Vec<bool> = arms.iter().map(|arm| is_simulated(&arm.variant)).collect();
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
    outlay::tell(Outlay { trials, arms: &arms }, &shop, !args.running.budget.yes, context).await?;
    let made = shop.workshop.make(order, &mut Progress::new(context.printer)).await?;
    let tally = &made.execution.tally;
    let plain = |arm: &Arm| Sided { arm: arm.name.clone(), condition: Condition::Plain };
    let (mut comparisons, mut shifts) = (vec![], vec![]);
    let first = plain(&arms[0]);
    for arm in &arms[1..] {
        let second = plain(arm);
        let (from, to) = ((tally, &first), (tally, &second));
        shifts.extend(self::shifts(from, to, shop.workshop.suite.metrics.first(), &arm.name));
        for metric in &shop.workshop.suite.metrics {
            comparisons.extend(compare(from, to, metric, &shop.workshop.ruler));
        }
    }
    let (units, suite) = (shop.units(), shop.workshop.suite.name.clone());
    Ok(Compared { comparisons, shifts, units, simulated: simulated[0], suite })
}

/// `base` with another model; the arm is called after it.
fn with_model(base: &Arm, model: &ModelRef) -> Result<Arm, Fault> {
    if is_attached(&base.variant) {
        let fault = Fault::usage("an attached agent has a model of its own, which cannot be exchanged from outside");
        return Err(
            fault.with_hint("change it behind the endpoint, run `loopwright eval` again, and compare the two runs")
        );
    }
    let model = model.to_string();
    let part = PartName::new("model").map_err(Fault::unexpected)?;
    let edit = Edit { part, pointer: "/ref".to_owned(), value: model.as_str().into() };
    let variant = base.variant.patched(&Patch { edits: vec![edit] }).map_err(Fault::usage)?;
    Ok(Arm { name: ArmName::new(arm_name(&model)).map_err(Fault::usage)?, variant })
}

/// What an arm with this model is called. A route is written without what cannot stand in a name:
/// `fallback/openai:a+openai:b`.
fn arm_name(model: &str) -> String {
    model.replace(", ", "+").replace('(', "/").replace(' ', ":").replace(')', "")
}
