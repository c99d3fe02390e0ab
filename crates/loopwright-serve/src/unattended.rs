//! Who is asked when nobody is there.

use loopwright_agent::{Approver, Ruling, ToolPart};
use loopwright_core::BoxFuture;
use serde_json::{Map, Value};

/// Denies every change: over HTTP there is nobody to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unattended;

impl Approver for Unattended {
    fn decide<'a>(&'a self, _: &'a ToolPart, _: &'a Map<String, Value>) -> BoxFuture<'a, Ruling> {
        let reason = "nobody is here to approve a change".to_owned();
        Box::pin(std::future::ready(Ruling::Denied { reason }))
    }
}
