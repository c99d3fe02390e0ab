//! `gate`: whether the agent as it stands may replace what it is measured against.

use loopwright_core::{Decision, GateOutcome, Ledger, Variant};
use loopwright_improve::{CiRequest, ci_gate};
use loopwright_report::{Palette, SIMULATED, Units, json, junit, markdown, terminal};

use super::diagnose::{is_of_the_agent, wanted};
use crate::cli::{Against, GateArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::outlay::{self, Outlay};
use crate::printer::WARN;
use crate::progress::Progress;
use crate::report::write_verdict;
use crate::workshop::{Options, Seeding, Shop, dev_cases};

/// Runs the CI gate.
pub(super) async fn run(args: GateArgs, context: &Context) -> Result<Exit, Fault> {
    // This gate never opens the vault, whose seeds alone must be fresh.
    let seeding = args.seed.map_or(Seeding::Fresh, |seed| Seeding::Story(loopwright_core::Seed(seed)));
    let options = Options { concurrency: args.concurrency, seeding, budget: Some(args.budget.clone()) };
    let mut shop = Shop::open(context, args.suite.as_ref(), options)?;
    let baseline = baseline(&shop, &args.against, context).await?;
    shop.recall(&baseline)?;
    let candidate = shop.base()?.variant;
    if baseline.digest() == candidate.digest() {
        context.printer.warn(match super::is_attached(&candidate) {
            true => {
                "both sides are what is behind the endpoint now: a change there is not seen; `loopwright compare` the \
                 runs before and after it"
            }
            false => "the agent is the same as what it is measured against",
        });
    }
    let arms = [shop.base()?];
    let trials = 2 * dev_cases(&shop.workshop) * u64::from(shop.project.gate.trials);
    outlay::tell(Outlay { trials, arms: &arms }, &shop, !args.budget.yes, context).await?;
    let request = CiRequest { workshop: &shop.workshop, rule: &shop.rule()?, baseline, candidate };
    let outcome = ci_gate(request, &mut Progress::new(context.printer)).await?;
    let metrics = &shop.workshop.suite.metrics;
    let units = Units::new(metrics.iter().map(|metric| (metric.name().clone(), metric.unit())));
    let simulated = super::is_simulated(&shop.base()?.variant);
    if simulated {
        context.printer.say(&format!("{WARN}{SIMULATED}{WARN:#}"));
    }
    let text = terminal::gate(&outcome, &units, Palette::Ansi);
    context.printer.document(&text, || json::document("gate", &outcome))?;
    let junit = junit::gate(&shop.workshop.suite.name, &outcome, &units);
    write_verdict(&args.reports, (&junit, &markdown::gate(&outcome, &units, simulated)), context)?;
    Ok(exit(&outcome))
}

fn exit(outcome: &GateOutcome) -> Exit {
    match outcome.decision {
        Decision::Accept => Exit::Ok,
        Decision::Reject { .. } => Exit::Worse,
        Decision::Inconclusive { .. } => Exit::Inconclusive,
    }
}

/// What the agent is measured against.
async fn baseline(shop: &Shop, against: &Against, context: &Context) -> Result<Variant, Fault> {
    match against {
        Against::File(path) => {
            let place = context.folder.join(path);
            let text = std::fs::read_to_string(&place)
                .map_err(|error| Fault::usage(format!("`{}` cannot be read: {error}", path.display())))?;
            serde_json::from_str(&text)
                .map_err(|error| Fault::usage(format!("`{}` does not hold a variant: {error}", path.display())))
        }
        Against::Release => released(shop).await?.ok_or_else(|| {
            Fault::nothing(format!("the agent `{}` has no release", shop.agent))
                .with_hint("`loopwright improve --accept` makes one")
        }),
        Against::Baseline => match released(shop).await? {
            Some(variant) => Ok(variant),
            // Before anything is released, the baseline is the agent as it was first measured.
            None => {
                let manifest = first(shop).await?;
                let arm = manifest.arms.into_iter().next();
                arm.map(|arm| arm.variant).ok_or_else(|| Fault::unexpected("the run has no arm"))
            }
        },
    }
}

async fn released(shop: &Shop) -> Result<Option<Variant>, Fault> {
    let releases = shop.store.releases(&shop.agent).await.map_err(Fault::unexpected)?;
    Ok(releases.into_iter().last().map(|release| release.variant))
}

async fn first(shop: &Shop) -> Result<loopwright_core::RunManifest, Fault> {
    let query = loopwright_core::RunQuery {
        suite: Some(shop.workshop.suite.name.clone()),
        purpose: Some(loopwright_core::Purpose::Eval),
        ..loopwright_core::RunQuery::default()
    };
    let runs = shop.store.runs(query).await.map_err(Fault::unexpected)?;
    match runs.into_iter().rfind(is_of_the_agent) {
        Some(record) => Ok(record.manifest),
        None => wanted(&shop.store, None, Some(&shop.workshop.suite.name)).await,
    }
}
