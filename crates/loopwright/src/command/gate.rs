//! `gate`: whether the agent as it stands may replace what it is measured against.

use loopwright_core::{Decision, GateOutcome, Ledger, Seed, Variant};
use loopwright_improve::{CiRequest, ci_gate};
use loopwright_report::{Palette, junit, markdown, terminal};

use super::past_run;
use crate::answerer::{is_attached, is_simulated};
use crate::baseline::Baseline;
use crate::cli::{Against, BaselineName, GateArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::outlay::{self, Outlay};
use crate::progress::Progress;
use crate::report::write_verdict;
use crate::workshop::{Options, Seeding, Shop, dev_cases};

/// The baseline that is meant where none is named.
const USUAL: &str = "baseline";

/// Runs the CI gate.
pub(super) async fn run(args: GateArgs, context: &Context) -> Result<Exit, Fault> {
    // This gate never opens the vault, whose seeds alone must be fresh.
    let seeding = args.running.seed.map_or(Seeding::Fresh, |seed| Seeding::Story(Seed(seed)));
    let options = Options { seeding, ..Options::from(&args.running) };
    let mut shop = Shop::open(context, args.suite.as_ref(), options)?;
    let baseline = baseline(&shop, &args.against, context).await?;
    shop.recall(&baseline)?;
    let candidate = shop.base()?.variant;
    if baseline.digest() == candidate.digest() {
        context.printer.warn(match is_attached(&candidate) {
            true => {
                "both sides are what is behind the endpoint now: a change there is not seen; `loopwright compare` the \
                 runs before and after it"
            }
            false => "the agent is the same as what it is measured against",
        });
    }
    let arms = [shop.base()?];
    let trials = 2 * dev_cases(&shop.workshop) * u64::from(shop.project.gate.trials);
    outlay::tell(Outlay { trials, arms: &arms }, &shop, !args.running.budget.yes, context).await?;
    let request = CiRequest { workshop: &shop.workshop, rule: &shop.rule()?, baseline, candidate };
    let outcome = ci_gate(request, &mut Progress::new(context.printer)).await?;
    let (units, simulated) = (shop.units(), is_simulated(&shop.base()?.variant));
    context.printer.banner(simulated);
    context.printer.document(&terminal::gate(&outcome, &units, Palette::Ansi), "gate", &outcome)?;
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
            serde_json::from_str(&text).map_err(|error| {
                let fault = Fault::usage(format!("`{}` does not hold a variant: {error}", path.display()));
                fault.with_hint("a blessed baseline is named without its folder and ending")
            })
        }
        Against::Release => released(shop).await?.ok_or_else(|| {
            Fault::nothing(format!("the agent `{}` has no release", shop.agent))
                .with_hint("`loopwright improve --accept` makes one")
        }),
        Against::Blessed(name) if name.as_str() != USUAL => {
            Ok(Baseline::named(&shop.project, name, Some(&shop.workshop.suite.name))?.variant)
        }
        Against::Blessed(name) => usual(shop, name).await,
    }
}

/// What is blessed as `name`, which is the usual one; before anything is, the latest release; before that, the agent as it
/// was first measured.
async fn usual(shop: &Shop, name: &BaselineName) -> Result<Variant, Fault> {
    let suite = &shop.workshop.suite.name;
    if let Some(blessed) = Baseline::find(&shop.project, name)?.filter(|blessed| blessed.suite == *suite) {
        return Ok(blessed.variant);
    }
    if let Some(released) = released(shop).await? {
        return Ok(released);
    }
    let first = past_run::evals(&shop.store, Some(suite), 0).await?.pop();
    let arm = first.and_then(|record| record.manifest.arms.into_iter().next());
    let missing = || Fault::nothing("nothing has been measured yet").with_hint("run `loopwright eval` first");
    arm.map(|arm| arm.variant).ok_or_else(missing)
}

async fn released(shop: &Shop) -> Result<Option<Variant>, Fault> {
    let releases = shop.store.releases(&shop.agent).await.map_err(Fault::unexpected)?;
    Ok(releases.into_iter().last().map(|release| release.variant))
}
