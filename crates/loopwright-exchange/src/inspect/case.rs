//! A sample as a case.

use std::collections::BTreeSet;

use loopwright_core::{AnswerRule, Case, CaseKey, Expectation, Input, Message, NameError, Part, Role, Split, Tag};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::header::{Header, Scorer};
use super::message::{Said, resolved};
use super::sample::Sample;
use crate::foreign_name::{plain_name, short_tag};
use crate::pattern::alternatives;

pub(super) fn case_of(sample: &Sample, header: &Header) -> Result<Case, NameError> {
    Ok(Case {
        key: CaseKey::new(plain_name(&sample.id()))?,
        input: Input { messages: messages(sample), tools: vec![], setup: None, then: vec![] },
        expectation: expectation(sample, header),
        tags: tags(&sample.metadata),
        group: None,
        owner: None,
        split: Split::Dev,
    })
}

/// The input, with the choices below the last message of the user, as `A) …`.
fn messages(sample: &Sample) -> Vec<Message> {
    let attachments = &sample.attachments;
    let mut messages: Vec<Message> = match &sample.input {
        Value::Array(said) => {
            said.iter().filter_map(|one| Said::deserialize(one).ok()).map(|one| one.message(attachments)).collect()
        }
        other => vec![Message::text(Role::User, resolved(other.as_str().unwrap_or_default(), attachments))],
    };
    let letters = ('A'..='Z').zip(sample.choices.iter().flatten());
    let choices: String = letters.map(|(letter, choice)| format!("\n{letter}) {choice}")).collect();
    if !choices.is_empty()
        && let Some(last) = messages.iter_mut().rev().find(|message| message.role == Role::User)
    {
        last.content.push(Part::Text { text: format!("\n{choices}") });
    }
    messages
}

/// The target is the reference. Where the first scorer is one whose rule we have, it is the rule of the answer too.
fn expectation(sample: &Sample, header: &Header) -> Expectation {
    let targets = sample.targets();
    let scorer = header.eval.scorers.iter().flatten().next();
    Expectation {
        reference: targets.first().map(|target| (*target).to_owned()),
        answer: scorer.and_then(|scorer| answer(scorer, &targets)),
        ..Expectation::default()
    }
}

fn answer(scorer: &Scorer, targets: &[&str]) -> Option<AnswerRule> {
    let owned = || targets.iter().map(|target| (*target).to_owned()).collect::<Vec<String>>();
    let location = scorer.options.get("location").and_then(Value::as_str).unwrap_or("end");
    let name = scorer.name.rsplit('/').next().unwrap_or_default();
    match (name, location, targets) {
        (_, _, []) => None,
        ("includes", _, [only]) | ("match", "any", [only]) => Some(AnswerRule::Contains((*only).to_owned())),
        ("includes", ..) | ("match", "any", _) => Some(AnswerRule::ContainsAny(owned())),
        ("exact", _, [only]) | ("match", "exact", [only]) => Some(AnswerRule::Equals((*only).to_owned())),
        ("match", "end", _) => Some(AnswerRule::Regex(format!(r"(?i)(?:{})\W*$", alternatives(targets)))),
        ("match", "begin", _) => Some(AnswerRule::Regex(format!(r"(?i)^\W*(?:{})", alternatives(targets)))),
        _ => None,
    }
}

/// Short plain values of the metadata, as `name:value`.
fn tags(metadata: &Map<String, Value>) -> BTreeSet<Tag> {
    let tag = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            _ => return None,
        };
        short_tag(name, &value)
    };
    metadata.iter().filter_map(tag).collect()
}
