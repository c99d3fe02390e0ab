//! What an agent is: the parts of a variant, read once and shared by all its runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use jsonschema::Validator;
use loopwright_core::{Digest, ToolSpec, Variant};
use loopwright_knowledge::{KnowledgePart, SearchParams};
use serde_json::{Map, Value};

use crate::arguments;
use crate::part::{self, ContextPart, Endpoint, Example, Limits, ModelPart, PartError, ToolPart};

/// The parts of a variant, read and checked.
#[derive(Debug, Clone)]
pub struct AgentSpec {
    /// The agent's name.
    pub name: String,
    /// Digest of the variant.
    pub variant: Digest,
    /// Which model answers.
    pub model: ModelPart,
    /// The instructions.
    pub instructions: String,
    /// Worked examples.
    pub examples: Vec<Example>,
    /// The tools.
    pub tools: Vec<ToolPart>,
    /// Budgets of the context.
    pub context: ContextPart,
    /// Bounds of a run.
    pub limits: Limits,
    /// How the knowledge is searched, when the agent has any.
    pub search: Option<SearchParams>,
    /// Where the agent is reached, when it is attached rather than native.
    pub endpoint: Option<Endpoint>,
    /// The tools as the model sees them, in order.
    offered: Arc<[ToolSpec]>,
    validators: Arc<BTreeMap<String, Validator>>,
}

impl AgentSpec {
    /// Reads the parts of `variant`.
    ///
    /// # Errors
    /// When a part does not have its form, two tools share a name, or a parameter's schema is not valid.
    pub fn parse(variant: &Variant) -> Result<Self, PartError> {
        let tools: Vec<ToolPart> = part::read(variant, "tools")?;
        let offered: Vec<ToolSpec> = tools.iter().map(ToolPart::spec).collect();
        let model: ModelPart = part::read(variant, "model")?;
        if !(1..=15).contains(&model.votes) {
            return Err(PartError::new(variant, "model", format!("`votes` is {}; it must be 1 to 15", model.votes)));
        }
        let limits: Limits = part::read(variant, "limits")?;
        if limits.steps == 0 {
            return Err(PartError::new(variant, "limits", "`steps` must be at least 1"));
        }
        Ok(Self {
            name: variant.agent.to_string(),
            variant: variant.digest(),
            model,
            instructions: part::read(variant, "instructions")?,
            examples: part::read(variant, "examples")?,
            context: part::read(variant, "context")?,
            search: search(variant)?,
            endpoint: part::read(variant, "endpoint")?,
            validators: Arc::new(validators(variant, &offered)?),
            offered: offered.into(),
            tools,
            limits,
        })
    }

    /// The tool `name`, if the agent has it.
    pub fn tool(&self, name: &str) -> Option<&ToolPart> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    /// The arguments that a model wrote for the tool `name`, checked against its schema. `None` when there is no such tool.
    ///
    /// # Errors
    /// What is wrong, addressed by path, for the model to read.
    pub fn arguments(&self, name: &str, text: &str) -> Option<Result<Map<String, Value>, String>> {
        self.validators.get(name).map(|validator| arguments::check(validator, text))
    }

    /// The tools as the model sees them.
    pub fn offered(&self) -> &[ToolSpec] {
        &self.offered
    }
}

fn search(variant: &Variant) -> Result<Option<SearchParams>, PartError> {
    match variant.part("knowledge") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let part = KnowledgePart::parse(value);
            part.map(|part| Some(part.search_params()))
                .map_err(|error| PartError::new(variant, "knowledge", error.to_string()))
        }
    }
}

fn validators(variant: &Variant, tools: &[ToolSpec]) -> Result<BTreeMap<String, Validator>, PartError> {
    let mut out = BTreeMap::new();
    for tool in tools {
        check_name(&tool.name).map_err(|message| PartError::new(variant, "tools", message))?;
        let validator = jsonschema::validator_for(&tool.parameters)
            .map_err(|error| PartError::new(variant, "tools", format!("tool `{}`: {error}", tool.name)))?;
        if out.insert(tool.name.clone(), validator).is_some() {
            return Err(PartError::new(variant, "tools", format!("two tools are called `{}`", tool.name)));
        }
    }
    Ok(out)
}

/// Tool names must pass every provider's rule (`^[a-zA-Z0-9_-]{1,64}$`).
fn check_name(name: &str) -> Result<(), String> {
    let fits = (1..=64).contains(&name.len());
    if fits && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
        return Ok(());
    }
    Err(format!("`{name}` cannot name a tool; use 1 to 64 letters, digits, `_` and `-`"))
}
