//! Approval: who is asked before a tool changes something.

use loopwright_core::BoxFuture;
use serde_json::{Map, Value};

use crate::ToolPart;

/// Decides on calls that policy holds back. Reading is always allowed; writing and reaching outside ask.
pub trait Approver: Send + Sync {
    /// The decision on calling `tool` with `arguments`, which keep its schema.
    fn decide<'a>(&'a self, tool: &'a ToolPart, arguments: &'a Map<String, Value>) -> BoxFuture<'a, Ruling>;
}

/// A decision on a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Go on.
    Approved,
    /// Do not; the model is told why.
    Denied {
        /// Why.
        reason: String,
    },
}

/// An approver who always says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Always {
    /// Everything is approved.
    Approve,
    /// Everything is denied.
    Deny,
}

impl Approver for Always {
    fn decide<'a>(&'a self, _: &'a ToolPart, _: &'a Map<String, Value>) -> BoxFuture<'a, Ruling> {
        let ruling = match self {
            Self::Approve => Ruling::Approved,
            Self::Deny => Ruling::Denied { reason: "changes are not allowed here".to_owned() },
        };
        Box::pin(std::future::ready(ruling))
    }
}
