//! What perturbations did, in words: which cases flip, what passes under all of them, and which cases they left alone.

use loopwright_core::{ArmSummary, CaseKey, ConditionSummary, LeftAlone, Robustness, Summary, Unit};

use crate::number::{range, value};
use crate::palette::{Palette, Tone};
use crate::words::{counted, listed};

/// Most cases that are named as broken, and as fixed, by one perturbation.
const CASES_SHOWN: usize = 5;

/// The lines below the table of conditions; nothing without perturbations.
pub(super) fn robustness(summary: &Summary, palette: Palette) -> String {
    let several = summary.arms.len() > 1;
    let lines = summary.arms.iter().flat_map(|arm| {
        let who = if several { format!("{}: ", arm.arm) } else { String::new() };
        lines(arm, palette).into_iter().map(move |line| format!("  {who}{line}\n"))
    });
    lines.collect()
}

fn lines(arm: &ArmSummary, palette: Palette) -> Vec<String> {
    let together = passes_all(&arm.robustness);
    let flips = arm.conditions.iter().filter_map(|under| flips(under, palette));
    let left = arm.robustness.left_alone.iter().map(left_alone);
    flips.chain(together).chain(left).collect()
}

/// `ants(3): 2 cases broken: a, b; 1 case fixed: c`.
fn flips(under: &ConditionSummary, palette: Palette) -> Option<String> {
    let told = |word: &str, cases: &[CaseKey], tone: Tone| {
        let count = palette.paint(tone, &format!("{} {word}", counted(cases.len() as u64, "case", "cases")));
        (!cases.is_empty()).then(|| format!("{count}: {}", listed(cases, CASES_SHOWN)))
    };
    let (broken, fixed) = (told("broken", &under.drop.broken, Tone::Bad), told("fixed", &under.drop.fixed, Tone::Good));
    let both: Vec<String> = broken.into_iter().chain(fixed).collect();
    (!both.is_empty()).then(|| format!("{}: {}", under.condition, both.join("; ")))
}

fn passes_all(robustness: &Robustness) -> Option<String> {
    let estimate = robustness.passes_all.as_ref()?;
    let (point, range) = (value(Unit::Share, estimate.point), range(Unit::Share, estimate));
    let but: Vec<String> =
        robustness.not_counted.iter().map(|(condition, stays)| format!("{condition} ({stays} must stay)")).collect();
    let but = if but.is_empty() { String::new() } else { format!("; not counted: {}", but.join(", ")) };
    Some(format!("passes under all {} conditions: {point} ({range}){but}", robustness.conditions.len()))
}

fn left_alone(left: &LeftAlone) -> String {
    let LeftAlone { condition, cases, of, needs } = left;
    format!("{condition} left {cases} of {} alone: it needs {needs}", counted(*of, "case", "cases"))
}
