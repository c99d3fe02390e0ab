//! Names and keys: text that was checked once, at the door.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text cannot serve as a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was given.
    #[error("a {noun} cannot be empty")]
    Empty {
        /// What was to be named.
        noun: &'static str,
    },
    /// More than 200 bytes.
    #[error("a {noun} cannot be longer than 200 bytes (this one has {length})")]
    TooLong {
        /// What was to be named.
        noun: &'static str,
        /// Bytes given.
        length: usize,
    },
    /// A character that would break a table, a path or a terminal.
    #[error("`{character}` cannot stand in a {noun}; use letters, digits and `.`, `_`, `-`, `/`, `:`, `@`, `#`, `+`")]
    Character {
        /// What was to be named.
        noun: &'static str,
        /// The first such character, escaped.
        character: String,
    },
}

fn check(noun: &'static str, text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty { noun });
    }
    if text.len() > 200 {
        return Err(NameError::TooLong { noun, length: text.len() });
    }
    let allowed = |c: char| c.is_alphanumeric() || "._-/:@#+".contains(c);
    match text.chars().find(|c| !allowed(*c)) {
        Some(c) => Err(NameError::Character { noun, character: c.escape_debug().to_string() }),
        None => Ok(()),
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $noun:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(String);

        impl $type {
            #[doc = concat!("Checks `text` and makes it a ", $noun, ".\n\n# Errors\nWhen it is empty, longer than 200 bytes, or holds white space, control characters or quotes.")]
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let text = text.into();
                check($noun, &text)?;
                Ok(Self(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $type {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

name!(/// The name of an agent, as it stands in the project file.
    AgentName, "agent name");
name!(/// The stable key of a case: what intervals cluster by.
    CaseKey, "case key");
name!(/// Cases that are not independent of each other share a group; intervals cluster by it.
    GroupName, "group name");
name!(/// The name of a suite.
    SuiteName, "suite name");
name!(/// The name of one part of a variant (`instructions`, `model`, `tools`, …).
    PartName, "part name");
name!(/// The name of an arm: one side of a run or a race.
    ArmName, "arm name");
name!(/// The name of a metric.
    MetricName, "metric name");
name!(/// A tag on a case; slices are made by it.
    Tag, "tag");
name!(/// Who is asked before something that belongs to them gets worse.
    Owner, "owner");
name!(/// The identity of one execution of a suite; sorts by time of start.
    RunId, "run id");
name!(/// The identity of a served request.
    RequestId, "request id");
name!(/// What a key of the front door is called.
    KeyName, "name of a key");
name!(/// The identity of a job.
    JobId, "job id");
name!(/// The identity of a worker process; random at each start, never a host name.
    WorkerId, "worker id");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_would_break_a_terminal_or_a_table() {
        assert!(CaseKey::new("dev-returns-01").is_ok());
        assert_eq!(CaseKey::new(""), Err(NameError::Empty { noun: "case key" }));
        assert!(matches!(CaseKey::new("a\u{1b}[31m"), Err(NameError::Character { .. })));
        assert!(CaseKey::new("x".repeat(201)).is_err());
    }

    #[test]
    fn a_bad_name_in_json_says_why() {
        let error = serde_json::from_str::<AgentName>(r#""two words""#).unwrap_err();
        assert!(error.to_string().contains("cannot stand in a agent name") || error.to_string().contains("agent name"));
    }
}
