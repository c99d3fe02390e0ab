//! `[serve]`: which models callers of the server may ask without an agent between.

use std::collections::BTreeMap;

use loopwright_core::SourceError;
use loopwright_model::ModelRef;
use loopwright_serve::{Gateway, ModelPattern};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{AgentConfig, Places};

/// What `loopwright serve` lets its callers ask beside the agents.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServeTable {
    /// Models that callers may ask by their own name: `provider:model`, or `provider:*` for all of a provider. When
    /// absent, the models of the agents and the stand-in.
    pub models: Option<Vec<String>>,
    /// Names for models, which may have an address: `fast = "vllm:qwen3@http://gpu:8000/v1"`.
    pub alias: BTreeMap<String, String>,
}

/// The gateway that `table` describes.
pub(crate) fn gateway<'a>(
    table: &ServeTable,
    agents: impl Iterator<Item = &'a AgentConfig>,
    places: &Places,
) -> Result<Gateway, SourceError> {
    let mut aliases = BTreeMap::new();
    for (alias, text) in &table.alias {
        let model: ModelRef =
            text.parse().map_err(|error| places.fault(&["serve", "alias", alias], format!("{error}")))?;
        aliases.insert(alias.clone(), model);
    }
    let models = match &table.models {
        Some(models) => models.iter().enumerate().map(|(index, text)| pattern(index, text, places)).collect(),
        None => Ok(default_models(agents)),
    };
    Ok(Gateway { aliases, models: models? })
}

fn pattern(index: usize, text: &str, places: &Places) -> Result<ModelPattern, SourceError> {
    text.parse().map_err(|error| places.fault(&["serve", "models", &index.to_string()], format!("{error}")))
}

/// Whoever may ask an agent can make its model spend already, so asking the model itself opens nothing new. Those with
/// an address are left out: only an alias may have one.
fn default_models<'a>(agents: impl Iterator<Item = &'a AgentConfig>) -> Vec<ModelPattern> {
    let own = agents.filter_map(|agent| agent.variant.part("model")?["ref"].as_str()?.parse().ok());
    let mut models: Vec<ModelPattern> = own.chain("standin:*".parse()).collect();
    models.dedup();
    models
}
