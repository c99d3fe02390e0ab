//! `doctor`: what works with a model, and what degrades.

use std::io::IsTerminal;
use std::sync::Arc;

use loopwright_core::{Clock, Seed, VirtualClock};
use loopwright_model::{Access, CHECKUP_CALLS, Checkup, CheckupLimit, PriceTable, Standing, checkup, open};
use loopwright_report::{cost, counted, whole};

use crate::cli::DoctorArgs;
use crate::context::Context;
use crate::entropy;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::outlay::agrees;
use crate::printer::{FAINT, GOOD, STRONG, WARN, visible};

/// Examines the model, after it has asked where that costs.
pub(super) async fn run(args: DoctorArgs, context: &Context) -> Result<Exit, Fault> {
    let access = Access::new(context.environment.keys()?, PriceTable::builtin());
    let simulated = args.model.is_simulated();
    // A person need not wait for the time that a simulated model would take.
    let clock: Arc<dyn Clock> = match simulated {
        true => Arc::new(VirtualClock::starting_at(context.clock.now_ns())),
        false => Arc::clone(&context.clock),
    };
    let model = open(&args.model, Arc::clone(&clock), &access)
        .map_err(|error| Fault::usage(error).with_hint("`standin:small` needs no key"))?;
    let limit = CheckupLimit::default();
    if !simulated {
        ask(&args, access.is_priced(&args.model), limit, context)?;
    }
    let seed = args.seed.map_or_else(entropy::seed, |seed| Ok(Seed(seed)))?;
    let found = checkup(model, clock, seed, limit).await;
    context.printer.banner(found.simulated);
    context.printer.document(&text(&found), "checkup", &found)?;
    Ok(if found.is_usable() { Exit::Ok } else { Exit::Unexpected })
}

/// Says what it may cost, and asks. Where nobody can be asked, `--yes` is the answer.
fn ask(args: &DoctorArgs, is_priced: bool, limit: CheckupLimit, context: &Context) -> Result<(), Fault> {
    let money = match is_priced {
        true => format!("{} at most", limit.money),
        false => "what it costs is unknown".to_owned(),
    };
    let tokens = whole(limit.tokens);
    let words = format!("up to {CHECKUP_CALLS} calls and about {tokens} tokens; {money}");
    context.printer.say(&format!("{FAINT}{words}{FAINT:#}"));
    if args.yes {
        return Ok(());
    }
    let refused = |why: &str| Fault::nothing(format!("nothing was asked: {why}")).with_hint("`--yes` does not ask");
    if !std::io::stdin().is_terminal() {
        return Err(refused("there is nobody to say yes"));
    }
    if agrees(context) { Ok(()) } else { Err(refused("the person said no")) }
}

fn text(found: &Checkup) -> String {
    let mut out = format!("{STRONG}{}{STRONG:#}\n\n", visible(&found.model));
    for line in &found.lines {
        let style = match line.standing {
            Standing::Works => GOOD,
            Standing::Untried => FAINT,
            Standing::Degrades | Standing::Fails => WARN,
        };
        out.push_str(&format!("  {:<18} {style}{:<9}{style:#} {}\n", line.what, line.standing, visible(&line.seen)));
    }
    out.push_str(&format!("\n{}: {}\n", counted(found.calls, "call", "calls"), cost(&found.cost)));
    out
}
