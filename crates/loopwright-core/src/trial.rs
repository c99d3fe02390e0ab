//! A trial: one independent execution, and its identity.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ArmName, CaseKey, Condition, Cost, Digest, GroupName, RequestId, RunId, Tag, Trace};

/// The identity of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrialKey(pub Digest);

impl TrialKey {
    /// The key of a planned trial: (run, arm, case input, condition, repetition).
    pub fn planned(run: &RunId, arm: &ArmName, input: &Digest, condition: &Condition, repetition: u32) -> Self {
        let condition = condition.to_string();
        let repetition = repetition.to_le_bytes();
        let fields: [&[u8]; 5] =
            [run.as_str().as_bytes(), arm.as_str().as_bytes(), input.as_bytes(), condition.as_bytes(), &repetition];
        Self(Digest::of_fields("trial", &fields))
    }

    /// The key of a served request.
    pub fn served(request: &RequestId) -> Self {
        Self(Digest::of_fields("served", &[request.as_str().as_bytes()]))
    }
}

impl std::fmt::Display for TrialKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for TrialKey {
    type Err = crate::ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Where a trial stands in its run: what it is a trial of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialSite {
    /// The identity.
    pub key: TrialKey,
    /// The run, or the log of served requests, that it belongs to.
    pub run: RunId,
    /// Position in the plan, from 0.
    pub index: u64,
    /// The arm.
    pub arm: ArmName,
    /// The case.
    pub case: CaseKey,
    /// The case's group, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupName>,
    /// The case's tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// What is done to the situation.
    pub condition: Condition,
    /// Which repetition, from 0.
    pub repetition: u32,
}

impl TrialSite {
    /// What intervals cluster by.
    pub fn cluster(&self) -> &str {
        self.group.as_ref().map_or(self.case.as_str(), GroupName::as_str)
    }
}

/// A trial that has been acted: facts that never change again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActedTrial {
    /// What it is a trial of.
    pub site: TrialSite,
    /// Infrastructure attempts it took, at least 1.
    pub attempts: u32,
    /// What all attempts cost together.
    pub cost: Cost,
    /// The record of the attempt that counts.
    pub trace: Trace,
    /// The world at the end, when there is one: a serialised SQLite database, kept by content.
    #[serde(skip)]
    pub state: Option<StateImage>,
}

/// The world at the end of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct StateImage {
    /// Identity of the content.
    pub digest: Digest,
    /// The serialised database.
    pub bytes: Arc<[u8]>,
}

impl StateImage {
    /// The image of `bytes`.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self { digest: Digest::of_bytes(&bytes), bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_in_every_field() {
        let run = RunId::new("r").unwrap();
        let arm = ArmName::new("a").unwrap();
        let input = Digest::of_bytes(b"q");
        let base = TrialKey::planned(&run, &arm, &input, &Condition::Plain, 0);
        let others = [
            TrialKey::planned(&RunId::new("s").unwrap(), &arm, &input, &Condition::Plain, 0),
            TrialKey::planned(&run, &ArmName::new("b").unwrap(), &input, &Condition::Plain, 0),
            TrialKey::planned(&run, &arm, &Digest::of_bytes(b"p"), &Condition::Plain, 0),
            TrialKey::planned(&run, &arm, &input, &Condition::intervention(&["context"]), 0),
            TrialKey::planned(&run, &arm, &input, &Condition::Plain, 1),
        ];
        assert!(others.iter().all(|other| *other != base));
        assert_eq!(base.to_string().parse::<TrialKey>().unwrap(), base);
    }
}
