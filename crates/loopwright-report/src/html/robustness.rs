//! What perturbations did, case by case and all together.

use loopwright_core::{CaseKey, LeftAlone, Unit};
use maud::{Markup, html};

use super::standing::Side;
use crate::words::{counted, listed};
use crate::{range, value};

/// Most cases that are named as broken, and as fixed, by one perturbation.
const CASES_SHOWN: usize = 12;

/// The list below the grid of conditions.
pub(super) fn robustness(sides: &[Side<'_>]) -> Markup {
    html! {
        @for side in sides {
            @let robustness = &side.arm.robustness;
            ul.flips {
                @for under in &side.arm.conditions {
                    (flips(&who(side, sides), &under.condition.to_string(), "broken", &under.drop.broken))
                    (flips(&who(side, sides), &under.condition.to_string(), "fixed", &under.drop.fixed))
                }
                @if let Some(all) = &robustness.passes_all {
                    li { (who(side, sides)) "Passes under all " (robustness.conditions.len()) " conditions: "
                        strong { (value(Unit::Share, all.point)) } " " span.interval { (range(Unit::Share, all)) }
                        @for (condition, stays) in &robustness.not_counted {
                            "; " code { (condition) } " is not counted (" (stays) " must stay)"
                        }
                    }
                }
                @for LeftAlone { condition, cases, of, needs } in &robustness.left_alone {
                    li { (who(side, sides)) code { (condition) } " left " (cases) " of " (counted(*of, "case", "cases"))
                        " alone: it needs " (needs) }
                }
            }
        }
    }
}

fn who(side: &Side<'_>, sides: &[Side<'_>]) -> String {
    if sides.len() > 1 { format!("{}: ", side.name) } else { String::new() }
}

fn flips(who: &str, condition: &str, word: &str, cases: &[CaseKey]) -> Markup {
    html! {
        @if !cases.is_empty() {
            li { (who) code { (condition) } ": " (counted(cases.len() as u64, "case", "cases")) " " (word) ": "
                (listed(cases, CASES_SHOWN)) }
        }
    }
}
