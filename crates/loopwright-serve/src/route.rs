//! Where a request goes: to a native agent, or to a model.

use std::sync::Arc;

use axum::http::StatusCode;
use loopwright_agent::nearest;

use crate::caller::Caller;
use crate::front::Inner;
use crate::gateway::ServedModel;
use crate::refusal::Refusal;
use crate::served_agent::Ready;

/// What comes before the name of an agent, where a caller must tell agents from models.
pub(crate) const AGENT: &str = "agent:";

/// Who answers a request.
pub(crate) enum Route {
    Agent(Arc<Ready>),
    Model(Arc<ServedModel>),
}

impl Route {
    /// Who is called `model`: an agent, else an alias or a model that may be asked here.
    ///
    /// # Errors
    /// When `caller` may not ask for it, nobody is called so, or the model may not be asked.
    pub(crate) fn find(front: &Inner, caller: &Caller, model: &str) -> Result<Self, Refusal> {
        caller.check_may_ask(model)?;
        let name = model.strip_prefix(AGENT).unwrap_or(model);
        if let Some(agent) = front.agents.get(name) {
            return Ok(Self::Agent(Arc::clone(agent)));
        }
        match front.models.find(front, model)? {
            Some(model) => Ok(Self::Model(model)),
            None => Err(unknown(front, name)),
        }
    }

    /// What the answer calls whoever answers, when the caller asked for `asked`.
    pub(crate) fn name<'a>(&'a self, asked: &'a str) -> &'a str {
        match self {
            Self::Agent(agent) => &agent.spec.name,
            Self::Model(_) => asked,
        }
    }

    /// The short form of the variant's digest.
    pub(crate) fn variant(&self) -> String {
        match self {
            Self::Agent(agent) => agent.spec.variant.short(),
            Self::Model(model) => model.variant.short(),
        }
    }

    pub(crate) fn is_simulated(&self) -> bool {
        match self {
            Self::Agent(agent) => agent.model.is_simulated(),
            Self::Model(model) => model.reference.is_simulated(),
        }
    }
}

fn unknown(front: &Inner, name: &str) -> Refusal {
    let known = || front.agents.keys().chain(front.models.aliases()).map(String::as_str);
    let any_of = |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    let near = nearest(name, known());
    let offer = match near.is_empty() {
        true => format!("there is {}", any_of(known().collect())),
        false => format!("did you mean {}?", any_of(near)),
    };
    let message = format!("there is no agent `{}`; {offer}", shown(name));
    Refusal { status: StatusCode::NOT_FOUND, ..Refusal::at("model", "model_not_found", message) }
}

/// As much of a name as fits in a message.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(100).collect()
}
