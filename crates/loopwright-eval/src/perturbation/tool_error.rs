#![doc = include_str!("../../doc/perturbation/tool_error.md")]

use loopwright_agent::{ToolOutput, ToolStatus};

use super::tool_fault::{NEEDED, ToolFault, befallen};
use super::{Application, Invariant, PerturbationKind, Situation};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "tool_error",
    title: "the first tool calls fail",
    doc: include_str!("../../doc/perturbation/tool_error.md"),
    dose_meaning: "calls that fail, from the first",
    most: 3,
    invariant: Invariant::Answer,
    needs: NEEDED,
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    befallen(situation, application, ToolFault::Error { calls: application.dose })
}

/// What the agent is told in place of a result.
pub(super) fn output() -> ToolOutput {
    let text = "error: 503 Service Unavailable; nothing was done, try again".to_owned();
    ToolOutput { text, status: ToolStatus::Broken }
}
