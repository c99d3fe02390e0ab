//! A case: one situation, and what would count as right in it.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{CaseKey, Check, Digest, GroupName, Message, Owner, Role, Tag, ToolSpec};

/// One situation with what would count as right.
///
/// The input's digest enters a trial's key, the expectation's only a score's key: correcting gold never re-runs an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Stable identity; what intervals cluster by.
    pub key: CaseKey,
    /// What the agent is given.
    pub input: Input,
    /// What would count as right.
    #[serde(rename = "expect", default)]
    pub expectation: Expectation,
    /// What kind of case it is; slices are made by tag.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Tag>,
    /// Cases that are not independent of each other share a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupName>,
    /// Who must be asked before this gets worse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Whether it may be looked at.
    #[serde(default)]
    pub split: Split,
}

impl Case {
    /// What intervals cluster by: the group, or the case itself.
    pub fn cluster(&self) -> &str {
        self.group.as_ref().map_or(self.key.as_str(), GroupName::as_str)
    }
}

/// Which part of the data a case belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// May be looked at; everything is learned here.
    #[default]
    Dev,
    /// Sealed: opened by the promotion gate alone, and its payloads are shown nowhere.
    Vault,
}

/// What the agent is given. In a file, plain text or an object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Input {
    /// The conversation so far; the last message is the one to answer.
    pub messages: Vec<Message>,
    /// Tools of this case alone, in place of the agent's own (data sets such as BFCL bring them).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ToolSpec>,
    /// SQL that prepares the world for this case, after the seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<String>,
    /// What the user says next, one turn after the other, whatever the agent answers. The world stays as it is between.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<String>,
}

impl Input {
    /// One question of a user.
    pub fn text(text: impl Into<String>) -> Self {
        Self { messages: vec![Message::text(Role::User, text)], tools: vec![], setup: None, then: vec![] }
    }

    /// The text of the last user message; empty when there is none.
    pub fn question(&self) -> String {
        let last = self.messages.iter().rev().find(|message| message.role == Role::User);
        last.map(Message::plain_text).unwrap_or_default()
    }

    /// The identity of the input.
    pub fn digest(&self) -> Digest {
        Digest::of_json(&serde_json::to_value(self).unwrap_or(Value::Null))
    }
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Whole {
            messages: Vec<Message>,
            #[serde(default)]
            tools: Vec<ToolSpec>,
            #[serde(default)]
            setup: Option<String>,
            #[serde(default)]
            then: Vec<String>,
        }
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self::text(text)),
            object @ Value::Object(_) => {
                let Whole { messages, tools, setup, then } =
                    serde_json::from_value(object).map_err(serde::de::Error::custom)?;
                if messages.is_empty() {
                    return Err(serde::de::Error::custom("an input needs at least one message"));
                }
                Ok(Self { messages, tools, setup, then })
            }
            _ => Err(serde::de::Error::custom("an input is a text, or an object with `messages`")),
        }
    }
}

/// What would count as right. Every field is optional; a metric that needs one that is absent does not apply.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// What the answer must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerRule>,
    /// The passages that hold the evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<GoldPassage>,
    /// The tool calls that are needed, in order. `Some` of an empty list: no call is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<Vec<GoldCall>>,
    /// What the world must be like at the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<StateRule>,
    /// The right thing is to say that it cannot be answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub abstain: bool,
    /// The right thing is to ask for what is missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clarify: bool,
    /// The right thing is to refuse to do what is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refuse: bool,
    /// An answer that would be right: what similarity is measured against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What the answer must be like, in words, for a judge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rubric: Option<String>,
    /// What else must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// The share of the checks, by weight, that is enough, 0 to 1; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks_threshold: Option<f64>,
}

impl Expectation {
    /// The identity of the expectation.
    pub fn digest(&self) -> Digest {
        Digest::of_json(&serde_json::to_value(self).unwrap_or(Value::Null))
    }
}

/// What an answer must be like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerRule {
    /// Equal after trimming and folding case and white space.
    Equals(String),
    /// Contains this, folding case and white space.
    Contains(String),
    /// Contains all of these.
    ContainsAll(Vec<String>),
    /// Contains at least one of these.
    ContainsAny(Vec<String>),
    /// A match of this regular expression (the `regex` crate's syntax).
    Regex(String),
    /// Contains a number within `tolerance` of `value`.
    Number {
        /// The number.
        value: f64,
        /// Largest absolute difference that still counts.
        #[serde(default)]
        tolerance: f64,
    },
}

/// A passage that holds evidence: a quote, or a span of characters, of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldPassage {
    /// The document, as the knowledge names it: its path within the project.
    pub source: String,
    /// The exact words, when they stand only once in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// First and past-the-end character (Unicode code points), in place of a quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<(usize, usize)>,
}

/// A call that is needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldCall {
    /// The tool.
    pub tool: String,
    /// Its arguments: name → the value, or under `any` the values, that are right.
    #[serde(default)]
    pub args: std::collections::BTreeMap<String, GoldArg>,
}

impl GoldCall {
    /// Arguments that are right: the first value of each that may not be left out.
    pub fn arguments(&self) -> serde_json::Map<String, Value> {
        let needed = self.args.iter().filter(|(_, arg)| !arg.optional);
        needed.filter_map(|(name, arg)| Some((name.clone(), arg.any.first()?.clone()))).collect()
    }
}

/// What an argument must be. In a file: the value itself, or `{"any": [...], "optional": true}`.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldArg {
    /// The values that are right.
    pub any: Vec<Value>,
    /// Whether it may be left out.
    pub optional: bool,
}

impl Serialize for GoldArg {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.any.as_slice(), self.optional) {
            ([only], false) if !only.is_object() => only.serialize(serializer),
            _ => serde_json::json!({ "any": self.any, "optional": self.optional }).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for GoldArg {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Choice {
            any: Vec<Value>,
            #[serde(default)]
            optional: bool,
        }
        match Value::deserialize(deserializer)? {
            Value::Object(map) if map.contains_key("any") => {
                let Choice { any, optional } =
                    serde_json::from_value(Value::Object(map)).map_err(serde::de::Error::custom)?;
                Ok(Self { any, optional })
            }
            value => Ok(Self { any: vec![value], optional: false }),
        }
    }
}

/// What the world must be like at the end of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateRule {
    /// A query whose first column of the first row is looked at.
    pub sql: String,
    /// What it must be.
    pub equals: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_short_form_of_a_case() {
        let case: Case = serde_json::from_str(
            r#"{"key":"a","input":"Where is A-1?","expect":{"answer":{"contains":"30"},
                "calls":[{"tool":"get","args":{"id":"A-1","n":{"any":[1,2],"optional":true}}}]},"tags":["x"],"split":"vault"}"#,
        )
        .unwrap();
        assert_eq!(case.input.question(), "Where is A-1?");
        assert_eq!(case.split, Split::Vault);
        let call = &case.expectation.calls.as_ref().unwrap()[0];
        assert_eq!(call.args["id"].any, vec![Value::from("A-1")]);
        assert!(call.args["n"].optional);
        let back: Case = serde_json::from_value(serde_json::to_value(&case).unwrap()).unwrap();
        assert_eq!(back, case);
    }

    #[test]
    fn unknown_fields_are_errors() {
        assert!(serde_json::from_str::<Case>(r#"{"key":"a","input":"q","expects":{}}"#).is_err());
        assert!(serde_json::from_str::<Case>(r#"{"key":"a","input":{"messages":[]}}"#).is_err());
    }

    #[test]
    fn correcting_gold_leaves_the_input_alone() {
        let mut case: Case = serde_json::from_str(r#"{"key":"a","input":"q"}"#).unwrap();
        let before = (case.input.digest(), case.expectation.digest());
        case.expectation.abstain = true;
        assert_eq!(case.input.digest(), before.0);
        assert_ne!(case.expectation.digest(), before.1);
    }
}
