//! Cases that bring no tools and no documents → a suite of questions and answers.

use loopwright_core::{AgentName, Case, SuiteName};

use super::added_suite::AddedSuite;
use super::draft::{Draft, key, quoted};
use super::{finish, lines, named};
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::fault::Fault;

const AGENT: &str = include_str!("../../../template/import/agent.toml");
const SUITE: &str = include_str!("../../../template/import/answers.toml");

/// Writes the suite `name` of `cases`.
pub(super) fn write(
    args: &ImportArgs,
    name: &SuiteName,
    cases: &[Case],
    context: &Context,
) -> Result<AddedSuite, Fault> {
    if cases.is_empty() {
        return Err(Fault::nothing(format!("there is no case in {}", named(args))));
    }
    let mut draft = Draft::open(context)?;
    let agent = agent(args, &mut draft)?;
    let path = draft.file(name, "cases.jsonl", lines(cases)?)?;
    let suite = SUITE.replace("@files@", &named(args)).replace("@name@", name.as_str());
    let suite = suite.replace("@agent@", &quoted(agent.as_str())).replace("@cases@", &quoted(&path));
    draft.tables(&suite, &[("suite", name.as_str())])?;
    finish(draft, name, cases)
}

/// The agent that the suite measures. Where the project has none, one is added.
pub(super) fn agent(args: &ImportArgs, draft: &mut Draft) -> Result<AgentName, Fault> {
    let project = draft.project()?;
    let names: Vec<&AgentName> = project.agents.keys().collect();
    match (&args.agent, names.as_slice()) {
        (Some(name), _) if names.contains(&name) => Ok(name.clone()),
        (None, [only]) => Ok((*only).clone()),
        (Some(name), [_, ..]) => Err(Fault::usage(format!("there is no agent `{name}`"))
            .with_hint(crate::nearest::advice(name.as_str(), names.iter().map(|name| name.as_str())))),
        (None, [_, ..]) => {
            let known: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            let fault = Fault::usage("the project has several agents");
            Err(fault.with_hint(format!("name one with `--agent`: {}", known.join(", "))))
        }
        (given, []) => {
            let name = given.clone().map_or_else(|| AgentName::new("caller").map_err(Fault::unexpected), Ok)?;
            draft.tables(&AGENT.replace("@name@", &key(name.as_str())), &[])?;
            Ok(name)
        }
    }
}
