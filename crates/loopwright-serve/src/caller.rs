//! The caller: who was let in, and what they may ask.

use std::sync::Arc;

use axum::http::StatusCode;
use loopwright_core::ApiKey;

use crate::refusal::Refusal;
use crate::route::{AGENT, shown};

/// Paths that tell of all callers.
const OF_ALL: [&str; 2] = ["/statusz", "/metrics"];

/// Who was let in.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Whoever runs the front: shows its own key, or needs none.
    Owner,
    /// Whoever holds a key of the ring.
    Holder(Arc<ApiKey>),
}

impl Caller {
    /// Whether the agent, alias or model called `name` may be asked.
    pub(crate) fn may_ask(&self, name: &str) -> bool {
        match self {
            Self::Owner => true,
            Self::Holder(key) => key.opens(name.strip_prefix(AGENT).unwrap_or(name)),
        }
    }

    /// Refuses what the key does not open: before it is looked for, so that a caller does not learn what there is.
    pub(crate) fn check_may_ask(&self, name: &str) -> Result<(), Refusal> {
        match self {
            Self::Holder(key) if !self.may_ask(name) => {
                let message = format!("the key `{}` does not open `{}`", key.name, shown(name));
                Err(Refusal { status: StatusCode::FORBIDDEN, ..Refusal::at("model", "model_not_allowed", message) })
            }
            _ => Ok(()),
        }
    }

    /// Refuses what tells of all callers to whoever may not ask everything.
    pub(crate) fn check_may_see(&self, path: &str) -> Result<(), Refusal> {
        match self {
            Self::Holder(key) if !key.scope.is_empty() && OF_ALL.contains(&path) => {
                let message = format!("the key `{}` opens what it names alone, and this tells of all", key.name);
                Err(Refusal::new(StatusCode::FORBIDDEN, "path_not_allowed", message))
            }
            _ => Ok(()),
        }
    }
}
