//! What would be wrong with each trial, found before the first one.

use loopwright_agent::{AgentSpec, WorldPart, WorldSeed};
use loopwright_core::{AgentName, SourceError, Variant};
use loopwright_eval::{Library, Suite};
use loopwright_model::Access;

use super::gold;
use crate::answerer;
use crate::cli::Budget;
use crate::fault::Fault;
use crate::project::Project;

/// Checks the agent's tools against its world, and what the cases expect against the agent.
///
/// # Errors
/// At the first statement that does not run, or expectation that cannot be met.
pub(super) fn agent(project: &Project, agent: &AgentName, library: &Library, suite: &Suite) -> Result<(), Fault> {
    let Some(config) = project.agents.get(agent) else { return Ok(()) };
    let spec = AgentSpec::parse(&config.variant).map_err(Fault::usage)?;
    let world = WorldPart::of(&config.variant).map_err(Fault::usage)?;
    if let Some(seed) = world.and_then(|part| library.world(&part.digest)) {
        tools(project, agent, &spec, seed)?;
    }
    let corpus = config.variant.part("knowledge").and_then(|part| part["corpus"].as_str()?.parse().ok());
    let corpus = corpus.and_then(|digest| library.corpus(&digest));
    Ok(gold::check(project, &suite.name, &suite.cases, (&spec, corpus))?)
}

/// Tries every statement of the agent's tools on its world.
fn tools(project: &Project, agent: &AgentName, spec: &AgentSpec, seed: &WorldSeed) -> Result<(), SourceError> {
    for (index, tool) in spec.tools.iter().enumerate() {
        let requires: Vec<&str> = tool.requires.iter().map(|one| one.sql.as_str()).collect();
        let statements: Vec<&str> = tool.statements.iter().map(String::as_str).collect();
        for (key, sql) in [("statements", statements), ("requires", requires)] {
            if let Err((place, error)) = seed.check(sql) {
                let message = format!("the tool `{}`: {error}", tool.name);
                return Err(project.tool_fault(agent, index, &[key, &place.to_string()], message));
            }
        }
    }
    Ok(())
}

/// Checks that a budget of money can be kept: with a model whose price is unknown it cannot.
///
/// # Errors
/// When `budget` bounds money and one of the `variants`, or of the suite's judges, has no known price.
pub fn budget<'a>(
    variants: impl IntoIterator<Item = &'a Variant>,
    suite: &Suite,
    budget: &Budget,
    access: &Access,
) -> Result<(), Fault> {
    if budget.max_cost.is_none() {
        return Ok(());
    }
    let judges = suite.judges().into_iter().map(Some);
    for model in variants.into_iter().map(answerer::model).chain(judges) {
        if !model.as_ref().is_some_and(|model| access.is_priced(model)) {
            let what = model.map_or("what an attached agent costs".to_owned(), |name| format!("the price of `{name}`"));
            let fault = Fault::usage(format!("`--max-cost` cannot be kept: {what} is not known"));
            return Err(fault.with_hint("use `--max-tokens`"));
        }
    }
    Ok(())
}
