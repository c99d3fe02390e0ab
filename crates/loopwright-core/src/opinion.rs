//! An opinion: what a model, or a program, was asked about a trial in order to score it, and what it said.

use serde::{Deserialize, Serialize};

use crate::{Cost, Digest, Trace, TrialKey};

/// What someone outside was asked about a trial in order to score it. Its key is (trial, question): a question that was
/// answered is not put again, whatever is made of the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// The trial.
    pub trial: TrialKey,
    /// The identity of what was asked, and of whom.
    pub question: Digest,
    /// What came back.
    pub said: Said,
    /// What it cost.
    pub cost: Cost,
    /// The record of the call, where a model was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
}

/// What came back on a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// An answer, as it was given; whether it can be read is for the metric to say.
    Answer(String),
    /// None: who was asked could not be reached, broke, or took too long; says why.
    Nothing(String),
}
