//! What the first round of the loop will take at most, and the smallest difference that it can show.

use loopwright_core::{Finding, Split};
use loopwright_improve::{Evidence, GateRule, query_alpha, technique};
use loopwright_report::counted;
use loopwright_stats::{Level, PairedDesign, PowerTarget, Sides, detectable_difference};

use super::RACE_TRIALS;
use crate::cli::ImproveArgs;
use crate::context::Context;
use crate::fault::Fault;
use crate::outlay::{self, Outlay};
use crate::printer::FAINT;
use crate::workshop::{Shop, dev_cases};

/// Says it, and asks before real money is spent. Later rounds race what the first one leaves, and are as large at most.
pub(super) async fn tell(
    shop: &Shop,
    evidence: &Evidence,
    (findings, args): (&[Finding], &ImproveArgs),
    context: &Context,
) -> Result<(), Fault> {
    let is_asked = |finding: &&Finding| args.finding.is_none_or(|code| finding.code == code);
    let asked: Vec<Finding> = findings.iter().filter(is_asked).cloned().collect();
    let arms = technique::propose(&asked, evidence).len() as u64 + 2;
    let race = arms * dev_cases(&shop.workshop) * u64::from(RACE_TRIALS);
    let rule = shop.rule()?;
    let sealed = shop.workshop.suite.split(Split::Vault).len() as u64;
    let question = 2 * sealed * u64::from(rule.trials);
    let race_words = counted(race, "trial", "trials");
    context.printer.say(&match smallest(sealed, &rule) {
        Some(points) => format!(
            "{FAINT}a round is a race of {race_words} on dev and questions of {} each to the vault; the first of them \
             shows a difference of {points:.1} points with power 0.8, if about 70 % pass{FAINT:#}",
            counted(question, "trial", "trials"),
        ),
        None => format!("{FAINT}a round is a race of {race_words} on dev{FAINT:#}"),
    });
    let arms = [shop.base()?];
    outlay::tell(Outlay { trials: race + question, arms: &arms }, shop, !args.running.budget.yes, context).await
}

/// The smallest difference, in points, that the first question to a vault of so many cases can show; `None` of an empty
/// one.
fn smallest(sealed: u64, rule: &GateRule) -> Option<f64> {
    if sealed == 0 {
        return None;
    }
    let design = PairedDesign::planned(0.7, 0.5, 0.8, rule.trials);
    let (level, power) = (Level::of_alpha(query_alpha(rule.alpha, 1)).ok()?, Level::new(0.8).ok()?);
    let target = PowerTarget { level, power, sides: Sides::One };
    Some(100.0 * detectable_difference(&design, &target, sealed))
}
