#![doc = include_str!("../../doc/perturbation/tool_empty.md")]

use super::tool_fault::{NEEDED, ToolFault, befallen};
use super::{Application, Invariant, PerturbationKind, Situation};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "tool_empty",
    title: "the first tool calls give back nothing",
    doc: include_str!("../../doc/perturbation/tool_empty.md"),
    dose_meaning: "calls that give back nothing, from the first",
    most: 10,
    invariant: Invariant::Calls,
    needs: NEEDED,
    apply,
};

/// What is given back in place of a result.
pub(super) const NOTHING: &str = "[]";

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    befallen(situation, application, ToolFault::Empty { calls: application.dose })
}
