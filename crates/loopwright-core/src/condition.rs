//! What is done to a situation: nothing, a perturbation, or an intervention.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is done to a situation. Prints as `plain`, `ants(3)` or `do(context,tool)`, and parses back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Condition {
    /// Nothing is done.
    #[default]
    Plain,
    /// The situation is made harder in a stated way.
    Perturbation(Perturbation),
    /// Named stages are replaced by what would have been right. The set is never empty.
    Intervention(BTreeSet<String>),
}

/// A perturbation and its dose. Which names exist, and what a dose means, is the business of `eval`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Perturbation {
    /// Such as `ants`.
    pub name: String,
    /// How much: items added, or per cent of characters changed.
    pub dose: u32,
}

impl Condition {
    /// An intervention on the stages named.
    pub fn intervention(stages: &[&str]) -> Self {
        if stages.is_empty() {
            return Self::Plain;
        }
        Self::Intervention(stages.iter().map(|stage| (*stage).to_owned()).collect())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => f.pad("plain"),
            Self::Perturbation(Perturbation { name, dose }) => f.pad(&format!("{name}({dose})")),
            Self::Intervention(stages) => {
                let stages: Vec<&str> = stages.iter().map(String::as_str).collect();
                f.pad(&format!("do({})", stages.join(",")))
            }
        }
    }
}

/// The text is not a condition.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is not a condition; write `plain`, `ants(3)` or `do(context,tool)`")]
pub struct ParseConditionError {
    /// What was given.
    pub text: String,
}

impl FromStr for Condition {
    type Err = ParseConditionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || ParseConditionError { text: text.to_owned() };
        if text == "plain" {
            return Ok(Self::Plain);
        }
        let (name, rest) = text.split_once('(').ok_or_else(fault)?;
        let inside = rest.strip_suffix(')').ok_or_else(fault)?;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Err(fault());
        }
        if name == "do" {
            let stages: BTreeSet<String> = inside.split(',').map(|stage| stage.trim().to_owned()).collect();
            return if stages.iter().any(String::is_empty) { Err(fault()) } else { Ok(Self::Intervention(stages)) };
        }
        let dose = inside.trim().parse().map_err(|_| fault())?;
        Ok(Self::Perturbation(Perturbation { name: name.to_owned(), dose }))
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_parses() {
        for text in ["plain", "ants(3)", "near_misses(2)", "base64(50)", "do(context)", "do(context,tool)"] {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
        }
        for text in ["", "ants", "ants(x)", "do()", "(3)", "ants(3"] {
            assert!(text.parse::<Condition>().is_err(), "{text}");
        }
    }
}
