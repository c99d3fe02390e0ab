//! One sample of a log: what was asked, what happened, and how it was scored.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::event::{Event, Output};
use super::message::{Attachments, Said};

#[derive(Debug, Deserialize)]
pub(super) struct Sample {
    /// A text or a number.
    id: Value,
    #[serde(default = "first")]
    pub(super) epoch: u32,
    /// A text, or a list of messages.
    #[serde(default)]
    pub(super) input: Value,
    #[serde(default)]
    pub(super) choices: Option<Vec<String>>,
    /// A text, or a list of texts.
    #[serde(default)]
    pub(super) target: Value,
    #[serde(default)]
    pub(super) messages: Vec<Said>,
    #[serde(default)]
    pub(super) output: Output,
    #[serde(default)]
    pub(super) scores: Option<BTreeMap<String, ScoreRecord>>,
    /// The only score, before there could be several.
    #[serde(default)]
    pub(super) score: Option<ScoreRecord>,
    #[serde(default)]
    pub(super) metadata: Map<String, Value>,
    #[serde(default)]
    pub(super) events: Vec<Event>,
    #[serde(default)]
    pub(super) events_data: Option<Pools>,
    #[serde(default)]
    pub(super) attachments: Attachments,
    #[serde(default)]
    pub(super) error: Option<Fault>,
    #[serde(default)]
    pub(super) limit: Option<Reached>,
    #[serde(default)]
    pub(super) started_at: Option<String>,
    #[serde(default)]
    pub(super) completed_at: Option<String>,
}

/// What the journal keeps of a sample: the same scores, and fields that are other than a sample's of the same name.
#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    #[serde(default)]
    pub(super) scores: Option<BTreeMap<String, ScoreRecord>>,
}

fn first() -> u32 {
    1
}

/// What events point into.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Pools {
    #[serde(default)]
    pub(super) messages: Vec<Said>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ScoreRecord {
    /// A text, a number, a truth value, or a list or object of such.
    #[serde(default)]
    pub(super) value: Value,
    #[serde(default)]
    pub(super) explanation: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Fault {
    pub(super) message: String,
}

/// The limit that ended the sample.
#[derive(Debug, Deserialize)]
pub(super) struct Reached {
    #[serde(rename = "type")]
    pub(super) kind: String,
}

impl Sample {
    /// The sample's id as a text.
    pub(super) fn id(&self) -> String {
        self.id.as_str().map_or_else(|| self.id.to_string(), str::to_owned)
    }

    /// The texts of which one is right; empty ones say nothing.
    pub(super) fn targets(&self) -> Vec<&str> {
        let texts = match &self.target {
            Value::Array(targets) => targets.iter().filter_map(Value::as_str).collect(),
            other => vec![other.as_str().unwrap_or_default()],
        };
        texts.into_iter().filter(|text| !text.trim().is_empty()).collect()
    }
}
