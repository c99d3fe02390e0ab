//! The gateway: models that callers may ask themselves, without an agent between.
//!
//! Invariant: an address never comes from a caller. A reference with an address would send a provider's key wherever a
//! caller likes, and let it reach what only this machine can; addresses stand in aliases, which the project writes.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use loopwright_core::{AgentName, Arm, ArmName, Digest, NameError, PartName, RunId, RunManifest, Variant};
use loopwright_model::{ModelRef, ParseModelRefError, open};
use serde_json::json;

use crate::front::{FrontError, Inner, Setting};
use crate::refusal::Refusal;
use crate::route::shown;
use crate::served_log::{Opening, ServedLog};

/// Models that are open at the same time; a caller who asks for ever new names comes to an end.
const MOST: usize = 256;

/// Which models callers may ask.
#[derive(Debug, Clone, Default)]
pub struct Gateway {
    /// Names of the project's own for models, with an address where they need one.
    pub aliases: BTreeMap<String, ModelRef>,
    /// Models that may be asked by their own name.
    pub models: Vec<ModelPattern>,
}

/// Models that may be asked: one, or all of a provider.
///
/// ```
/// use loopwright_serve::ModelPattern;
/// let all: ModelPattern = "standin:*".parse()?;
/// assert!(all.allows(&"standin:small".parse().unwrap()) && !all.allows(&"openai:gpt-5".parse().unwrap()));
/// # Ok::<(), loopwright_serve::ModelPatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelPattern(String);

/// The text is not a pattern of models.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelPatternError {
    /// It is neither a model nor `provider:*`.
    #[error("let callers ask `{text}`")]
    Model {
        /// What was given.
        text: String,
        /// Why not.
        #[source]
        source: ParseModelRefError,
    },
    /// It holds an address.
    #[error("let callers ask `{text}`: a model at an address needs an alias, `[serve.alias]`")]
    Address {
        /// What was given.
        text: String,
    },
}

impl ModelPattern {
    /// Whether `model` may be asked.
    pub fn allows(&self, model: &ModelRef) -> bool {
        let name = model.to_string();
        match self.0.strip_suffix('*') {
            Some(provider) => name.starts_with(provider),
            None => self.0 == name,
        }
    }
}

impl FromStr for ModelPattern {
    type Err = ModelPatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Any model of a provider that is known makes the form right; the stand-in has no model called `x`.
        let probe = match text.strip_suffix(":*") {
            Some("standin") => return Ok(Self(text.to_owned())),
            Some(provider) => format!("{provider}:x"),
            None => text.to_owned(),
        };
        let model: ModelRef =
            probe.parse().map_err(|source| ModelPatternError::Model { text: text.to_owned(), source })?;
        match has_address(&model) {
            true => Err(ModelPatternError::Address { text: text.to_owned() }),
            false => Ok(Self(text.to_owned())),
        }
    }
}

fn has_address(model: &ModelRef) -> bool {
    matches!(model, ModelRef::Remote(remote) if remote.base_url.is_some())
}

/// The models that may be asked, and those that have been.
pub(crate) struct Models {
    rule: Gateway,
    asked: Mutex<BTreeMap<String, Arc<ServedModel>>>,
}

/// A model that callers ask, and the run that their requests belong to.
pub(crate) struct ServedModel {
    pub(crate) reference: ModelRef,
    pub(crate) variant: Digest,
    pub(crate) log: ServedLog,
    /// Written to the ledger before the first of its trials.
    pub(crate) manifest: Arc<RunManifest>,
}

impl Models {
    /// Opens each alias once, to say now, and not to the first caller, that a key is missing.
    pub(crate) fn new(setting: &mut Setting) -> Result<Self, FrontError> {
        let rule = std::mem::take(&mut setting.gateway);
        for (alias, model) in &rule.aliases {
            if setting.agents.iter().any(|agent| agent.variant.agent.as_str() == alias) {
                return Err(FrontError::Alias { alias: alias.clone() });
            }
            open(model, Arc::clone(&setting.clock), &setting.access)?;
        }
        Ok(Self { rule, asked: Mutex::default() })
    }

    /// The names of the aliases.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = &String> {
        self.rule.aliases.keys()
    }

    /// The names under which models are listed.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.aliases().chain(self.rule.models.iter().map(|pattern| &pattern.0).filter(|name| !name.ends_with('*')))
    }

    /// The model that is called `name`; `None` where that is no model's name.
    ///
    /// # Errors
    /// When it may not be asked.
    pub(crate) fn find(&self, front: &Inner, name: &str) -> Result<Option<Arc<ServedModel>>, Refusal> {
        let reference = match (self.rule.aliases.get(name), name.parse::<ModelRef>()) {
            (Some(alias), _) => alias.clone(),
            (None, Ok(reference)) => {
                self.check(&reference)?;
                reference
            }
            (None, Err(_)) => return Ok(None),
        };
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let text = reference.to_string();
        if let Some(model) = asked.get(&text) {
            return Ok(Some(Arc::clone(model)));
        }
        if asked.len() >= MOST {
            let message = format!("{MOST} models have been asked here, and no more can be");
            return Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too_many_models", message));
        }
        let model = ServedModel::new(reference, front)
            .map_err(|error| Refusal::at("model", "invalid_value", format!("`model`: {error}")))?;
        let model = Arc::new(model);
        asked.insert(text, Arc::clone(&model));
        Ok(Some(model))
    }

    fn check(&self, model: &ModelRef) -> Result<(), Refusal> {
        let name = shown(&model.to_string());
        let why = match (has_address(model), self.rule.models.iter().any(|pattern| pattern.allows(model))) {
            (true, _) => "an address comes from `[serve.alias]` in loopwright.toml alone",
            (false, true) => return Ok(()),
            (false, false) => "name it in `models` of `[serve]` in loopwright.toml, or give it an alias there",
        };
        let message = format!("`{name}` may not be asked here; {why}");
        Err(Refusal { status: StatusCode::FORBIDDEN, ..Refusal::at("model", "model_not_allowed", message) })
    }
}

impl ServedModel {
    fn new(reference: ModelRef, front: &Inner) -> Result<Self, NameError> {
        let text = reference.to_string();
        let parts = [(PartName::new("model")?, json!({ "ref": text }))];
        let variant = Variant { agent: AgentName::new("gateway")?, parts: parts.into(), unpinned: Default::default() };
        let run = front.seed.derive("gateway", &[text.as_bytes()]);
        let run = RunId::new(format!("served-{:016x}", run.0))?;
        let digest = variant.digest();
        let log = ServedLog::new(run, Arm { name: ArmName::new(text)?, variant });
        let manifest = log.manifest(Opening {
            seed: front.seed,
            version: &front.version,
            started_ns: front.clock.now_ns(),
            simulated: reference.is_simulated(),
        })?;
        Ok(Self { reference, variant: digest, log, manifest: Arc::new(manifest) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_model_or_all_of_a_provider() {
        let allows = |pattern: &str, model: &str| {
            pattern.parse::<ModelPattern>().unwrap().allows(&model.parse::<ModelRef>().unwrap())
        };
        assert!(allows("openai:gpt-5", "openai:gpt-5") && allows("openai:*", "openai:gpt-5"));
        assert!(allows("ollama:*", "ollama:llama3:8b") && allows("standin:*", "standin:nano"));
        assert!(!allows("openai:gpt-5", "openai:gpt-5-mini") && !allows("openai:*", "openrouter:openai:x"));
        for wrong in ["*", "opnai:*", "openai:", "standin:x"] {
            assert!(matches!(wrong.parse::<ModelPattern>(), Err(ModelPatternError::Model { .. })), "{wrong}");
        }
        let address = "compatible:m@http://localhost:9/v1".parse::<ModelPattern>();
        assert!(matches!(address, Err(ModelPatternError::Address { .. })));
    }
}
