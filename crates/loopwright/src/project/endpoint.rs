//! `endpoint` of an attached agent → the `endpoint` part of a variant.

use std::collections::{BTreeMap, BTreeSet};

use loopwright_agent::{Endpoint, EndpointCaller};
use loopwright_core::{PartName, SourceError};
use serde::Deserialize as _;
use serde_json::Value;

use super::Project;
use super::agent::{AgentFiles, limits_part};
use super::file::{AgentTable, EndpointKind, EndpointTable};
use super::loader::Loader;

type Attached = (BTreeMap<PartName, Value>, AgentFiles, BTreeSet<PartName>);

/// The parts of the attached agent `name`. What answers behind the endpoint cannot be pinned, and is marked so.
pub(crate) fn attached(loader: &Loader<'_>, name: &str, table: &AgentTable) -> Result<Attached, SourceError> {
    let Some(given) = &table.endpoint else { return Ok(Attached::default()) };
    let own = [
        ("instructions", table.instructions.is_some()),
        ("knowledge", table.knowledge.is_some()),
        ("tools", !table.tools.is_empty()),
        ("examples", table.examples.is_some()),
    ];
    if let Some((key, _)) = own.into_iter().find(|(_, is_set)| *is_set) {
        let message = format!("an attached agent brings its own `{key}`");
        let fault = loader.places.fault(&["agent", name, key], message);
        return Err(fault.with_hint("take this key out, or give the agent a `model` in place of its `endpoint`"));
    }
    let at = ["agent", name, "endpoint"];
    let (endpoint, value) = loader.part(&at, "endpoint", &endpoint(loader, name, given)?)?;
    let limits = loader.part(&["agent", name, "limits"], "limits", &limits_part(&table.limits))?;
    let unpinned = BTreeSet::from([endpoint.clone()]);
    Ok((BTreeMap::from([(endpoint, value), limits]), AgentFiles::default(), unpinned))
}

fn endpoint(loader: &Loader<'_>, name: &str, table: &EndpointTable) -> Result<Endpoint, SourceError> {
    let fault = |key: &str, message: String| loader.places.fault(&["agent", name, "endpoint", key], message);
    let (kind, own): (&str, &[&str]) = match table.kind {
        EndpointKind::Http => ("http", &["url", "request", "answer"]),
        EndpointKind::Openai => ("openai", &["base_url", "model"]),
        EndpointKind::Command => ("command", &["command"]),
    };
    let given = [
        ("url", table.url.is_some()),
        ("request", table.request.is_some()),
        ("answer", table.answer.is_some()),
        ("base_url", table.base_url.is_some()),
        ("model", table.model.is_some()),
        ("command", table.command.is_some()),
    ];
    for (key, is_given) in given {
        if is_given != own.contains(&key) {
            let verb = if is_given { "has no" } else { "needs" };
            return Err(fault(key, format!("an endpoint of the kind `{kind}` {verb} `{key}`")));
        }
    }
    let caller = caller(&fault, kind, table)?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    for (key, value) in [("url", &table.url), ("base_url", &table.base_url)] {
        let address = value.as_deref().unwrap_or("http://");
        if !address.starts_with("http://") && !address.starts_with("https://") {
            return Err(fault(key, format!("`{address}` is not an address that begins with http:// or https://")));
        }
    }
    let command = table.command.clone().unwrap_or_default();
    if table.kind == EndpointKind::Command && command.first().is_none_or(|program| program.trim().is_empty()) {
        return Err(fault("command", "a command needs a program".to_owned()));
    }
    if table.answer.as_deref().is_some_and(|pointer| !pointer.is_empty() && !pointer.starts_with('/')) {
        let message = format!("`{}` is not a JSON Pointer such as `/answer`", text(&table.answer));
        return Err(fault("answer", message));
    }
    Ok(match table.kind {
        EndpointKind::Http => Endpoint::Http {
            url: text(&table.url),
            request: table.request.clone().unwrap_or_default(),
            answer: text(&table.answer),
            caller,
        },
        EndpointKind::Openai => Endpoint::Openai { base_url: text(&table.base_url), model: text(&table.model), caller },
        EndpointKind::Command => Endpoint::Command { command },
    })
}

/// What goes with every request to a server.
fn caller(
    fault: &impl Fn(&str, String) -> SourceError,
    kind: &str,
    table: &EndpointTable,
) -> Result<EndpointCaller, SourceError> {
    let given = [
        ("headers", !table.headers.is_empty()),
        ("key_variable", table.key_variable.is_some()),
        ("key_header", table.key_header.is_some()),
    ];
    if let Some((key, _)) = given.into_iter().find(|(_, is_given)| *is_given && table.kind == EndpointKind::Command) {
        let hint = "a program sees the environment as it is, and its keys in it";
        return Err(fault(key, format!("an endpoint of the kind `{kind}` has no `{key}`")).with_hint(hint));
    }
    if table.key_header.is_some() && table.key_variable.is_none() {
        return Err(fault("key_header", "there is no key to send; name its variable in `key_variable`".to_owned()));
    }
    let is_name = |name: &String| !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    if table.key_variable.as_ref().is_some_and(|name| !is_name(name)) {
        let message = "this is no name of an environment variable; the key itself never stands here".to_owned();
        return Err(fault("key_variable", message));
    }
    let EndpointTable { headers, key_variable, key_header, .. } = table.clone();
    Ok(EndpointCaller { headers, key_variable, key_header })
}

impl Project {
    /// The environment variables that hold the keys of its attached agents.
    pub fn key_variables(&self) -> BTreeSet<String> {
        let endpoints = self.agents.values().filter_map(|config| config.variant.part("endpoint"));
        let endpoints = endpoints.filter_map(|value| Endpoint::deserialize(value).ok());
        endpoints.filter_map(|endpoint| endpoint.key_variable().map(str::to_owned)).collect()
    }
}
