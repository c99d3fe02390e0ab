//! What is about to be run, and the smallest difference that it can show: said before anything is spent.

use std::collections::BTreeSet;

use loopwright_core::Condition;
use loopwright_eval::{Metric, Plan};
use loopwright_report::counted;
use loopwright_stats::{Level, PairedDesign, PowerTarget, Sides, detectable_difference};

use crate::printer::{FAINT, Printer, STRONG};
use crate::workshop::Shop;

/// Says it.
pub(super) fn tell(plan: &Plan, shop: &Shop, printer: Printer) {
    let manifest = &plan.manifest;
    let cases = counted(plan.cases().len() as u64, "case", "cases");
    let conditions = plan.conditions().iter().map(Condition::to_string).collect::<Vec<_>>().join(", ");
    printer.say(&format!(
        "{STRONG}{}{STRONG:#}: {cases} × {} under {conditions} × {} = {}, seed {}",
        manifest.suite,
        counted(u64::from(plan.repetitions()), "trial", "trials"),
        counted(manifest.arms.len() as u64, "arm", "arms"),
        counted(plan.trials(), "trial", "trials"),
        manifest.seed,
    ));
    if let Some(words) = smallest(plan, shop.workshop.ruler.level) {
        printer.say(&format!("{FAINT}{words}{FAINT:#}"));
    }
    if let Some(words) = asked(plan) {
        printer.say(&format!("{FAINT}{words}{FAINT:#}"));
    }
    let pace = &shop.workshop.pace;
    let money = pace.money.map(|money| money.to_string());
    let tokens = pace.tokens.map(|tokens| counted(tokens, "token", "tokens"));
    let time = pace.time.map(|time| format!("{} s", time.as_secs()));
    let limits: Vec<String> = money.into_iter().chain(tokens).chain(time).collect();
    if !limits.is_empty() {
        printer.say(&format!("{FAINT}budget: at most {}{FAINT:#}", limits.join(" and ")));
    }
}

/// Who is asked about each trial beside the agent.
fn asked(plan: &Plan) -> Option<String> {
    let whom: BTreeSet<String> =
        plan.metrics().iter().flat_map(Metric::respondents).map(|whom| whom.to_string()).collect();
    let whom: Vec<String> = whom.iter().map(|name| format!("`{name}`")).collect();
    (!whom.is_empty()).then(|| format!("each trial is also put to {}", whom.join(", ")))
}

/// The smallest difference that so many cases and trials show.
fn smallest(plan: &Plan, level: Level) -> Option<String> {
    let design = PairedDesign::planned(0.7, 0.5, 0.8, plan.repetitions());
    let target = PowerTarget { level, power: Level::new(0.8).ok()?, sides: Sides::Two };
    let points = 100.0 * detectable_difference(&design, &target, plan.cases().len() as u64);
    Some(if points < 100.0 {
        format!(
            "so many cases and trials show a difference of {points:.1} points between two arms with power 0.8, if about \
             70 % pass"
        )
    } else {
        "so few cases and trials show no difference between two arms, however large it is".to_owned()
    })
}
