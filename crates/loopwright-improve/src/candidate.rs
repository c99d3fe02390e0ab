//! A candidate: a change to the agent that answers a finding, ready to be raced.

use loopwright_core::{CaseKey, Edit, FindingCode, PartName, Patch};
use serde_json::Value;

/// A change that a technique proposes.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The technique.
    pub technique: &'static str,
    /// The finding that it answers.
    pub finding: FindingCode,
    /// What is changed, in one line.
    pub change: String,
    /// The change.
    pub patch: Patch,
    /// What it must prove.
    pub aim: Aim,
    /// Cases that the candidate holds in its text, such as examples made of them. A race that scored it on these would
    /// test its memory, so they are barred from it for all arms.
    pub barred_cases: Vec<CaseKey>,
}

/// What a candidate must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// More trials pass.
    Better,
    /// Fewer tokens, and answers that are no worse.
    Cheaper,
}

impl Candidate {
    /// A candidate that aims at being better and bars no case.
    pub(crate) fn better(
        technique: &'static str,
        finding: FindingCode,
        change: impl Into<String>,
        edits: Vec<Edit>,
    ) -> Self {
        let (change, patch) = (change.into(), Patch { edits });
        Self { technique, finding, change, patch, aim: Aim::Better, barred_cases: vec![] }
    }

    /// A candidate that aims at being cheaper and bars no case.
    pub(crate) fn cheaper(
        technique: &'static str,
        finding: FindingCode,
        change: impl Into<String>,
        edits: Vec<Edit>,
    ) -> Self {
        Self { aim: Aim::Cheaper, ..Self::better(technique, finding, change, edits) }
    }
}

/// The edit that sets `value` at the keys `path` of a part; `None` when the part's name is none.
pub(crate) fn edit(part: &str, path: &[&str], value: Value) -> Option<Edit> {
    let pointer = path.iter().map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1"))).collect();
    Some(Edit { part: PartName::new(part).ok()?, pointer, value })
}
