//! The cheapest next step when the evidence is not enough: more trials, or more cases.

use loopwright_core::MicroDollars;
use loopwright_report::counted;
use loopwright_stats::{Level, PairedDesign, PowerTarget, Sides, required_items};

use super::endpoint::Endpoint;
use super::{GateRule, Measured};

/// Trials of a case beyond which more of them are not worth proposing.
const MOST_TRIALS: u32 = 30;

/// What to do next, in words: how many trials or cases would show a difference as large as the margin with power 0.8, and
/// what they cost.
pub(super) fn next_step(primary: &Endpoint, measured: Measured<'_>, rule: &GateRule, alpha: f64) -> String {
    let cases = primary.pairs.len() as u64;
    let (Some(design), Ok(target)) = (PairedDesign::observed(&primary.pairs), target(alpha)) else {
        return "add cases: there are too few to plan by".to_owned();
    };
    let needed = |trials: u32| {
        required_items(&PairedDesign { trials_a: trials, trials_b: trials, ..design }, &target, primary.margin)
    };
    let enough = (rule.trials + 1..=MOST_TRIALS).find(|trials| needed(*trials).is_some_and(|items| items <= cases));
    match (enough, needed(rule.trials)) {
        (Some(trials), _) => {
            let cost = cost(measured, f64::from(trials) / f64::from(rule.trials));
            format!("measure {trials} trials a case in place of {} ({cost})", rule.trials)
        }
        (None, Some(items)) if items > cases => {
            let cost = cost(measured, items as f64 / cases.max(1) as f64);
            format!("add about {}, which makes {items} ({cost})", counted(items - cases, "case", "cases"))
        }
        _ => "look for a change with a larger effect: this one is smaller than the margin".to_owned(),
    }
}

fn target(alpha: f64) -> Result<PowerTarget, loopwright_stats::LevelError> {
    Ok(PowerTarget { level: Level::of_alpha(alpha)?, power: Level::new(0.8)?, sides: Sides::One })
}

/// What measuring `times` as much costs.
fn cost(measured: Measured<'_>, times: f64) -> String {
    let tokens = measured.cost.usage.total() as f64 * times;
    let money = measured.cost.money.map(|money| MicroDollars((money.0 as f64 * times) as u64));
    let money = money.map_or_else(|| "at an unknown price".to_owned(), |money| money.to_string());
    let tokens = match tokens {
        // An attached agent need not tell what it uses.
        none if none <= 0.0 => "an unknown number of tokens".to_owned(),
        many if many >= 1e6 => format!("about {:.1} million tokens", many / 1e6),
        some if some >= 1e4 => format!("about {:.0} thousand tokens", some / 1e3),
        few => format!("about {few:.0} tokens"),
    };
    format!("{tokens}, {money}")
}
