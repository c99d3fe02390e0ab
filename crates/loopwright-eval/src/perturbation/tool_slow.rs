#![doc = include_str!("../../doc/perturbation/tool_slow.md")]

use super::tool_fault::{NEEDED, ToolFault, befallen};
use super::{Application, Invariant, PerturbationKind, Situation};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "tool_slow",
    title: "tool calls take longer",
    doc: include_str!("../../doc/perturbation/tool_slow.md"),
    dose_meaning: "seconds that each call takes longer",
    most: 60,
    invariant: Invariant::Everything,
    needs: NEEDED,
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    befallen(situation, application, ToolFault::Slow { seconds: application.dose as u64 })
}
