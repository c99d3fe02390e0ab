#![doc = include_str!("../../doc/perturbation/tool_order.md")]

use loopwright_agent::{AgentSpec, PartError};
use loopwright_core::{PartName, Variant};
use serde_json::Value;

use super::{Application, Invariant, PerturbationKind, Situation, sample};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "tool_order",
    title: "the tools offered in another order",
    doc: include_str!("../../doc/perturbation/tool_order.md"),
    dose_meaning: "per cent of the tools that change places, at least two",
    most: 100,
    invariant: Invariant::Everything,
    needs: "two tools or more",
    apply,
};

fn apply(mut situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    if !situation.input.tools.is_empty() {
        sample::dealt(&mut situation.input.tools, application.dose, &mut rng);
        return situation;
    }
    let own: Vec<String> = application.material.tools.iter().map(|tool| tool.name.clone()).collect();
    let mut order = own.clone();
    sample::dealt(&mut order, application.dose, &mut rng);
    Situation { tool_order: (order != own).then_some(order), ..situation }
}

/// The agent of `variant`, offering its tools in `order`.
///
/// # Errors
/// When the parts cannot be read, which a variant that was read before never gives.
pub(crate) fn offered(variant: &Variant, order: &[String]) -> Result<AgentSpec, PartError> {
    let mut dealt = variant.clone();
    if let Ok(tools) = PartName::new("tools")
        && let Some(Value::Array(tools)) = dealt.parts.get_mut(&tools)
    {
        tools.sort_by_key(|tool| order.iter().position(|name| tool["name"] == name.as_str()));
    }
    AgentSpec::parse(&dealt)
}
