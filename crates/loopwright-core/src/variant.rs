//! A variant: one fully pinned configuration of an agent.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AgentName, Digest, PartName};

/// One fully pinned configuration of an agent: named parts in canonical JSON. Each part is owned and parsed by its
/// room; core knows parts, digest and patches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// The agent that this is a configuration of.
    pub agent: AgentName,
    /// The parts, by name.
    pub parts: BTreeMap<PartName, Value>,
    /// Parts whose content could not be pinned, such as a remote agent's code.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unpinned: BTreeSet<PartName>,
}

impl Variant {
    /// The identity of the configuration: agent and parts. Two variants with equal digests act alike up to chance and
    /// what is `unpinned`.
    pub fn digest(&self) -> Digest {
        let parts: serde_json::Map<String, Value> =
            self.parts.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        let agent = self.agent.to_string();
        Digest::of_json(&serde_json::json!({ "agent": agent, "parts": parts, "unpinned": self.unpinned }))
    }

    /// The part `name`, if there is one.
    pub fn part(&self, name: &str) -> Option<&Value> {
        self.parts.iter().find(|(part, _)| part.as_str() == name).map(|(_, value)| value)
    }

    /// This variant with `patch` applied.
    ///
    /// # Errors
    /// When an edit points into something that is not there (only the last step of a pointer may be new).
    pub fn patched(&self, patch: &Patch) -> Result<Variant, PatchError> {
        let mut next = self.clone();
        for edit in &patch.edits {
            let part = next.parts.entry(edit.part.clone()).or_insert(Value::Null);
            set(part, &edit.pointer, edit.value.clone())
                .ok_or_else(|| PatchError { part: edit.part.clone(), pointer: edit.pointer.clone() })?;
        }
        Ok(next)
    }
}

/// A change to a variant: edits in order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Patch {
    /// The edits.
    pub edits: Vec<Edit>,
}

/// One value set in one part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The part that changes.
    pub part: PartName,
    /// JSON Pointer (RFC 6901) into the part; empty for the whole part; a last step of `-` appends to an array.
    pub pointer: String,
    /// The new value.
    pub value: Value,
}

/// An edit points at nothing.
#[derive(Debug, thiserror::Error)]
#[error("the part `{part}` has no place `{pointer}` to edit")]
pub struct PatchError {
    /// The part.
    pub part: PartName,
    /// The pointer.
    pub pointer: String,
}

fn set(root: &mut Value, pointer: &str, value: Value) -> Option<()> {
    if pointer.is_empty() {
        *root = value;
        return Some(());
    }
    let (parent, last) = pointer.rsplit_once('/')?;
    let last = last.replace("~1", "/").replace("~0", "~");
    if root.is_null() && parent.is_empty() {
        *root = Value::Object(serde_json::Map::new());
    }
    match root.pointer_mut(parent)? {
        Value::Object(map) => {
            map.insert(last, value);
        }
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => *items.get_mut(last.parse::<usize>().ok()?)? = value,
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn variant() -> Variant {
        let parts = [("knowledge", json!({"top_k": 4, "chunk": {"size": 900}})), ("tools", json!([{"name": "a"}]))];
        Variant {
            agent: AgentName::new("support").unwrap(),
            parts: parts.into_iter().map(|(name, value)| (PartName::new(name).unwrap(), value)).collect(),
            unpinned: BTreeSet::new(),
        }
    }

    fn edit(part: &str, pointer: &str, value: Value) -> Patch {
        Patch { edits: vec![Edit { part: PartName::new(part).unwrap(), pointer: pointer.into(), value }] }
    }

    #[test]
    fn a_patch_changes_the_digest_and_undoing_it_restores_it() {
        let base = variant();
        let there = base.patched(&edit("knowledge", "/chunk/size", json!(200))).unwrap();
        assert_ne!(base.digest(), there.digest());
        let back = there.patched(&edit("knowledge", "/chunk/size", json!(900))).unwrap();
        assert_eq!(base.digest(), back.digest());
    }

    #[test]
    fn appends_and_refuses() {
        let grown = variant().patched(&edit("tools", "/-", json!({"name": "b"}))).unwrap();
        assert_eq!(grown.part("tools").unwrap().as_array().unwrap().len(), 2);
        assert!(variant().patched(&edit("tools", "/7/name", json!("x"))).is_err());
        assert_eq!(variant().patched(&edit("new", "/a", json!(1))).unwrap().part("new"), Some(&json!({"a": 1})));
    }
}
