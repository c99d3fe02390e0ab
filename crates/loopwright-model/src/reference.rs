//! References to models: `provider:model`, `provider:model@base-url`, or a route over several.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use crate::route::{members, parse as parse_route};
use crate::{PROVIDERS, Provider, Route};

/// A reference to a model, as a project file writes it.
///
/// ```
/// use loopwright_model::ModelRef;
/// let reference: ModelRef = "compatible:my-model@http://localhost:9000/v1".parse()?;
/// assert_eq!(reference.model(), "my-model");
/// let error = "opnai:gpt-5-mini".parse::<ModelRef>().unwrap_err();
/// assert!(error.to_string().ends_with("did you mean `openai`?"));
/// # Ok::<(), loopwright_model::ParseModelRefError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelRef {
    /// `standin:<profile>`: the built-in predictor, which only simulates a language model.
    Standin {
        /// One of its profiles.
        profile: String,
    },
    /// A model behind a network, or a server on this machine.
    Remote(RemoteModel),
    /// Several models: `fallback(A, B)` and the like.
    Route(Box<Route>),
}

/// A model at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteModel {
    /// Who serves it.
    pub provider: &'static Provider,
    /// Its name there.
    pub model: String,
    /// Where the API begins, in place of the provider's own address.
    pub base_url: Option<Url>,
}

/// The text is not a reference to a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseModelRefError {
    /// No colon, or nothing on one side of it.
    #[error("`{text}` is not a model; write `provider:model`, such as `standin:small` or `openai:gpt-5-mini`")]
    Form {
        /// What was given.
        text: String,
    },
    /// No such provider.
    #[error("there is no provider `{name}`{hint}")]
    Provider {
        /// What was given.
        name: String,
        /// The nearest name, or all of them.
        hint: String,
    },
    /// No such profile of the stand-in.
    #[error("the stand-in has no profile `{name}`; it has {known}")]
    Profile {
        /// What was given.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A route that cannot be gone.
    #[error("`{text}` is no route: {reason}")]
    Route {
        /// What was given.
        text: String,
        /// Why not.
        reason: String,
    },
    /// The address is missing or unusable.
    #[error("`{text}` has no usable address: {reason}; write `{provider}:model@http://host:port/v1`")]
    Address {
        /// What was given.
        text: String,
        /// The provider.
        provider: &'static str,
        /// Why not.
        reason: String,
    },
}

impl ModelRef {
    /// The model's name at its provider: what a [`loopwright_core::ChatRequest`] carries. That of a route is its first
    /// model's; each of its models is asked under its own.
    pub fn model(&self) -> &str {
        match self {
            Self::Standin { profile } => profile,
            Self::Remote(remote) => &remote.model,
            Self::Route(route) => route.members().first().map_or("", |member| member.model()),
        }
    }

    /// The models that may be asked: one, or those of a route and of the routes within it.
    pub fn models(&self) -> Vec<&ModelRef> {
        match self {
            Self::Route(route) => route.members().into_iter().flat_map(ModelRef::models).collect(),
            _ => vec![self],
        }
    }

    /// Whether it only simulates a language model. Runs on such and on real models are never mixed.
    pub fn is_simulated(&self) -> bool {
        match self {
            Self::Standin { .. } => true,
            Self::Remote(_) => false,
            Self::Route(route) => route.members().into_iter().all(ModelRef::is_simulated),
        }
    }

    /// Reads references with commas between them. A comma within a route belongs to the route.
    ///
    /// # Errors
    /// [`ParseModelRefError`] for the first that is none.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, ParseModelRefError> {
        let fault = || ParseModelRefError::Form { text: text.to_owned() };
        members(text).ok_or_else(fault)?.into_iter().map(str::parse).collect()
    }

    /// Reads `text`, which stands within `depth` routes.
    pub(crate) fn parse(text: &str, depth: usize) -> Result<Self, ParseModelRefError> {
        if let Some(route) = parse_route(text, depth) {
            return route;
        }
        one(text)
    }
}

impl RemoteModel {
    /// Where the API begins, without a slash at the end.
    pub fn base(&self) -> &str {
        let own = self.base_url.as_ref().map(Url::as_str);
        own.or(self.provider.base_url).unwrap_or_default().trim_end_matches('/')
    }
}

impl FromStr for ModelRef {
    type Err = ParseModelRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, 0)
    }
}

/// A reference to one model.
fn one(text: &str) -> Result<ModelRef, ParseModelRefError> {
    let form = || ParseModelRefError::Form { text: text.to_owned() };
    let (name, rest) = text.split_once(':').ok_or_else(form)?;
    if name.is_empty() || rest.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(form());
    }
    if name == "standin" {
        return standin(rest);
    }
    let provider = Provider::named(name)
        .ok_or_else(|| ParseModelRefError::Provider { name: name.to_owned(), hint: provider_hint(name) })?;
    let cut = ["@http://", "@https://"].into_iter().filter_map(|mark| rest.rfind(mark)).max();
    let (model, address) = cut.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
    let address_fault =
        |reason: String| ParseModelRefError::Address { text: text.to_owned(), provider: provider.name, reason };
    let base_url = address.map(base_url).transpose().map_err(address_fault)?;
    if base_url.is_none() && provider.base_url.is_none() {
        return Err(address_fault("it is missing".to_owned()));
    }
    if model.is_empty() {
        return Err(form());
    }
    Ok(ModelRef::Remote(RemoteModel { provider, model: model.to_owned(), base_url }))
}

fn standin(profile: &str) -> Result<ModelRef, ParseModelRefError> {
    if crate::standin::profile(profile).is_some() {
        return Ok(ModelRef::Standin { profile: profile.to_owned() });
    }
    Err(ParseModelRefError::Profile { name: profile.to_owned(), known: crate::standin::profile_names() })
}

/// A base address without anything that could hide a secret or lose one.
fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a password, which belongs in the environment".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment".to_owned());
    }
    Ok(url)
}

fn provider_hint(name: &str) -> String {
    let names = || PROVIDERS.iter().map(|provider| provider.name).chain(["standin"]);
    let near = names().map(|known| (strsim::jaro_winkler(known, name), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((likeness, known)) if likeness >= 0.8 => format!("; did you mean `{known}`?"),
        _ => format!("; there are {}", names().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ")),
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standin { profile } => write!(f, "standin:{profile}"),
            Self::Remote(remote) => remote.fmt(f),
            Self::Route(route) => route.fmt(f),
        }
    }
}

impl fmt::Display for RemoteModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.provider.name, self.model)?;
        self.base_url.as_ref().map_or(Ok(()), |url| write!(f, "@{url}"))
    }
}

impl Serialize for ModelRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ModelRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        text.parse::<ModelRef>().unwrap_err().to_string()
    }

    #[test]
    fn parses_and_prints() {
        let all = [
            "standin:small",
            "openai:gpt-5-mini",
            "ollama:llama3:8b-instruct",
            "openrouter:anthropic/claude-sonnet-4.5",
            "openai:gpt-5@https://proxy.example/v1",
            "compatible:org/m@2@http://10.0.0.1:9000/v1",
        ];
        for text in all {
            let reference: ModelRef = text.parse().unwrap();
            assert_eq!(reference.to_string(), text);
            assert_eq!(reference.is_simulated(), text.starts_with("standin"));
        }
        let ModelRef::Remote(remote) = all[5].parse().unwrap() else { panic!() };
        assert_eq!((remote.model.as_str(), remote.base()), ("org/m@2", "http://10.0.0.1:9000/v1"));
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(error("gpt-5").contains("write `provider:model`"));
        assert!(error("openai:").contains("write `provider:model`"));
        assert!(error("openai:a b").contains("write `provider:model`"));
        assert!(error("standin:tiny").contains("it has `nano`, `small`"));
        assert!(error("ollma:x").ends_with("did you mean `ollama`?"));
        assert!(error("zzz:x").contains("there are `openai`, "));
        assert!(error("compatible:m").contains("it is missing; write `compatible:model@http://"));
        assert!(error("compatible:m@http://me:pw@host/v1").contains("a password"));
        assert!(error("compatible:@http://host/v1").contains("is not a model"));
        assert!(error("openai:m@https://").contains("no usable address"));
    }
}
