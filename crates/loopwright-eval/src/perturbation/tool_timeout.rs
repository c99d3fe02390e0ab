#![doc = include_str!("../../doc/perturbation/tool_timeout.md")]

use std::time::Duration;

use loopwright_agent::{ToolOutput, ToolStatus};

use super::tool_fault::{NEEDED, ToolFault, befallen};
use super::{Application, Invariant, PerturbationKind, Situation};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "tool_timeout",
    title: "the first tool calls are waited for in vain",
    doc: include_str!("../../doc/perturbation/tool_timeout.md"),
    dose_meaning: "calls that time out, from the first",
    most: 3,
    invariant: Invariant::Answer,
    needs: NEEDED,
    apply,
};

/// How long a call is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    befallen(situation, application, ToolFault::Timeout { calls: application.dose })
}

/// What the agent is told in place of a result.
pub(super) fn output() -> ToolOutput {
    let text = format!("error: the tool did not answer within {} s; nothing was done", PATIENCE.as_secs());
    ToolOutput { text, status: ToolStatus::Broken }
}
