//! `[agent.*]` → variants.

use std::collections::{BTreeMap, BTreeSet};

use loopwright_agent::{AgentSpec, ContextPart, Example, Limits, ModelPart, ToolPart};
use loopwright_core::{AgentName, Digest, PartName, SourceError, Variant};
use loopwright_model::ModelRef;
use serde_json::{Value, json};

use super::endpoint;
use super::file::{AgentTable, ContextTable, LimitsTable, ModelTable};
use super::loader::{Loader, SMALL};
use super::toolset::{self, Toolset};
use super::{ProjectPath, knowledge};

/// An agent of the project: its variant, and the files that its parts were read from.
#[derive(Debug, Clone)]
pub struct AgentConfig {
    /// The agent as it stands on the disk.
    pub variant: Variant,
    /// Where its parts stand.
    pub files: AgentFiles,
}

/// Where the parts of an agent stand, beside its own table in `loopwright.toml`.
#[derive(Debug, Clone, Default)]
pub struct AgentFiles {
    /// The instructions.
    pub instructions: Option<ProjectPath>,
    /// The worked examples.
    pub examples: Option<ProjectPath>,
    /// The name of its knowledge table.
    pub knowledge: Option<String>,
    /// Its tools files in order, each with how many tools it holds.
    pub tools: Vec<(ProjectPath, usize)>,
}

type Parts = BTreeMap<PartName, Value>;

/// Reads the agent `name`.
pub(crate) fn read(loader: &mut Loader<'_>, name: &str, table: &AgentTable) -> Result<AgentConfig, SourceError> {
    let at = ["agent", name];
    let agent = AgentName::new(name).map_err(|error| loader.places.fault(&at, error.to_string()))?;
    let (parts, files, unpinned) = match (&table.model, &table.endpoint) {
        (Some(model), None) => {
            let (parts, files) = native(loader, name, table, model)?;
            (parts, files, BTreeSet::new())
        }
        (None, Some(_)) => endpoint::attached(loader, name, table)?,
        (None, None) => {
            let fault = loader.places.fault(&at, format!("the agent `{name}` has neither a `model` nor an `endpoint`"));
            return Err(fault.with_hint("`model = \"standin:small\"` needs no key"));
        }
        (Some(_), Some(_)) => {
            let message = format!("the agent `{name}` has both a `model` and an `endpoint`");
            let fault = loader.places.fault(&["agent", name, "endpoint"], message);
            return Err(fault.with_hint("a native agent has a `model`, an attached one an `endpoint`"));
        }
    };
    let variant = Variant { agent, parts, unpinned };
    check(loader, name, &files, &variant)?;
    Ok(AgentConfig { variant, files })
}

fn native(
    loader: &mut Loader<'_>,
    name: &str,
    table: &AgentTable,
    model: &ModelTable,
) -> Result<(Parts, AgentFiles), SourceError> {
    let mut parts = Parts::new();
    let mut files = AgentFiles::default();
    parts.extend([
        loader.part(&["agent", name, "model"], "model", &model_part(loader, name, model)?)?,
        loader.part(&["agent", name, "context"], "context", &context_part(&table.context))?,
        loader.part(&["agent", name, "limits"], "limits", &limits_part(&table.limits))?,
    ]);
    if let Some(path) = &table.instructions {
        let at = ["agent", name, "instructions"];
        let path = loader.path(&at, path)?;
        let text = loader.read(&at, &path, SMALL)?;
        parts.extend([loader.part(&at, "instructions", &text)?]);
        files.instructions = Some(path);
    }
    if let Some(knowledge_name) = &table.knowledge {
        let at = ["agent", name, "knowledge"];
        let part = knowledge::part(loader, &at, knowledge_name)?;
        parts.extend([loader.part(&at, "knowledge", &part)?]);
        files.knowledge = Some(knowledge_name.clone());
    }
    if !table.tools.is_empty() {
        tools(loader, name, table, &mut parts, &mut files)?;
    }
    if let Some(path) = &table.examples {
        let at = ["agent", name, "examples"];
        let path = loader.path(&at, path)?;
        let examples = examples(path.as_str(), &loader.read(&at, &path, SMALL)?)?;
        parts.extend([loader.part(&at, "examples", &examples)?]);
        files.examples = Some(path);
    }
    Ok((parts, files))
}

fn model_part(loader: &Loader<'_>, name: &str, table: &ModelTable) -> Result<ModelPart, SourceError> {
    let fault = |key: &str, message: String| loader.places.fault(&["agent", name, "model", key], message);
    if let Err(error) = table.reference.parse::<ModelRef>() {
        return Err(fault("ref", error.to_string()));
    }
    if let Some(temperature) = table.temperature.filter(|given| !(0.0..=2.0).contains(given)) {
        return Err(fault("temperature", format!("`temperature` is {temperature}; it must be from 0 to 2")));
    }
    if table.max_output_tokens == Some(0) {
        return Err(fault("max_output_tokens", "`max_output_tokens` must be at least 1".to_owned()));
    }
    let votes = table.votes.unwrap_or(1);
    if !(1..=15).contains(&votes) {
        return Err(fault("votes", format!("`votes` is {votes}; it must be from 1 to 15")));
    }
    Ok(ModelPart {
        reference: table.reference.clone(),
        temperature: table.temperature,
        max_output_tokens: table.max_output_tokens,
        votes,
    })
}

fn context_part(table: &ContextTable) -> ContextPart {
    let usual = ContextPart::default();
    ContextPart {
        knowledge_tokens: table.knowledge_tokens.unwrap_or(usual.knowledge_tokens),
        history_tokens: table.history_tokens.unwrap_or(usual.history_tokens),
        tool_result_tokens: table.tool_result_tokens.unwrap_or(usual.tool_result_tokens),
        examples_tokens: table.examples_tokens.unwrap_or(usual.examples_tokens),
    }
}

pub(crate) fn limits_part(table: &LimitsTable) -> Limits {
    let usual = Limits::default();
    Limits {
        steps: table.steps.unwrap_or(usual.steps),
        tokens: table.tokens.unwrap_or(usual.tokens),
        micro_dollars: table.micro_dollars.or(usual.micro_dollars),
        seconds: table.seconds.unwrap_or(usual.seconds),
    }
}

fn tools(
    loader: &mut Loader<'_>,
    name: &str,
    table: &AgentTable,
    parts: &mut Parts,
    files: &mut AgentFiles,
) -> Result<(), SourceError> {
    let mut toolsets: Vec<Toolset> = Vec::new();
    let mut world: Option<Digest> = None;
    for (index, toolset_name) in table.tools.iter().enumerate() {
        let position = index.to_string();
        let at = ["agent", name, "tools", &position];
        let toolset = toolset::toolset(loader, &at, toolset_name)?;
        if let (Some(one), Some(other)) = (world, toolset.world)
            && one != other
        {
            let fault = loader.places.fault(&at, "the toolsets of one agent act on one world");
            return Err(fault.with_hint("give both toolsets the same `world`, in one script"));
        }
        world = world.or(toolset.world);
        files.tools.push((toolset.file.clone(), toolset.tools.len()));
        toolsets.push(toolset);
    }
    if let Some(fault) = toolset::repeated(&toolsets) {
        return Err(fault);
    }
    let at = ["agent", name, "tools"];
    let all: Vec<ToolPart> = toolsets.into_iter().flat_map(|toolset| toolset.tools).collect();
    parts.extend([loader.part(&at, "tools", &all)?]);
    if let Some((digest, world)) = world.and_then(|digest| loader.materials.worlds.get_key_value(&digest)) {
        let value = json!({ "source": world.source.as_str(), "digest": digest });
        parts.extend([loader.part(&at, "world", &value)?]);
    }
    Ok(())
}

/// Reads a file of worked examples: one JSON object on each line that is not blank.
pub(crate) fn examples(file: &str, text: &str) -> Result<Vec<Example>, SourceError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let example = |(index, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| {
            SourceError::in_json_line(file, index + 1, line, &error)
                .with_hint("an example is one line such as {\"user\": \"…\", \"calls\": [], \"answer\": \"…\"}")
        })
    };
    lines.map(example).collect()
}

/// Lets the agent's room read the variant once, so that what it refuses is refused here, with a place.
fn check(loader: &Loader<'_>, name: &str, files: &AgentFiles, variant: &Variant) -> Result<(), SourceError> {
    let Err(error) = AgentSpec::parse(variant) else { return Ok(()) };
    let tool = loader.toolsets.values().filter(|toolset| files.tools.iter().any(|(file, _)| *file == toolset.file));
    for toolset in tool.filter(|_| error.part == "tools") {
        let named = |tool: &ToolPart| error.message.contains(&format!("`{}`", tool.name));
        if let Some(index) = toolset.tools.iter().position(named) {
            return Err(toolset.places.fault(&["tool", &index.to_string(), "name"], error.message));
        }
    }
    Err(loader.places.fault(&["agent", name, &error.part], error.message))
}
