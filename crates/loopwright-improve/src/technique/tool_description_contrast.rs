#![doc = include_str!("../../doc/technique/tool_description_contrast.md")]

mod shape;

use std::collections::{BTreeMap, BTreeSet};

use loopwright_agent::Effect;
use loopwright_core::{Edit, Finding, FindingCode, GoldCall};
use serde_json::{Value, json};

use super::Technique;
use super::wording::{content_words, copies_a_question, telling_words};
use crate::candidate::edit;
use crate::sentence::listed;
use crate::signal::calls::{self, Confusion};
use crate::signal::code;
use crate::{Candidate, Evidence};

pub(super) const TECHNIQUE: Technique = Technique {
    name: "tool_description_contrast",
    title: "say what each tool is for, and what it is not for",
    doc: include_str!("../../doc/technique/tool_description_contrast.md"),
    answers: &[code::WRONG_TOOL, code::MISSED_CALL, code::WRONG_ARGUMENT, code::SPURIOUS_CALL],
    propose,
};

/// Where what this technique wrote begins, so that it is replaced and never piled up.
const MARK: &str = "Use this for: ";
/// Confusions that are looked at, the most frequent ones.
const MOST_PAIRS: usize = 6;
/// Words that say what a tool is for.
const MOST_WORDS: usize = 6;
/// Words that say what it is not for.
const MOST_CONTRARY_WORDS: usize = 3;

fn propose(finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    let candidate = |change: String, edits: Vec<Edit>| {
        (!edits.is_empty()).then(|| Candidate::better(TECHNIQUE.name, finding.code, change, edits))
    };
    if finding.code == code::WRONG_ARGUMENT {
        let (names, edits) = shape::edits(evidence);
        return candidate(format!("say how the values of {} are written", listed(&names)), edits).into_iter().collect();
    }
    let needs = Needs::of(evidence);
    let rivals = rivals(finding.code, evidence);
    let none = BTreeSet::new();
    let written = |with_contrary: bool| -> (Vec<String>, Vec<Edit>) {
        let described = rivals.iter().filter_map(|(tool, rivals)| {
            let text = description(tool, if with_contrary { rivals } else { &none }, &needs, evidence)?;
            let place = evidence.spec.tools.iter().position(|one| one.name == *tool)?;
            Some((format!("`{tool}`"), edit("tools", &[&place.to_string(), "description"], json!(text))?))
        });
        described.unzip()
    };
    let are_for = |names: &[String]| format!("{} {} for", listed(names), if names.len() == 1 { "is" } else { "are" });
    let (names, edits) = written(true);
    let contrast = candidate(format!("say what {} and not for", are_for(&names)), edits);
    let (names, edits) = written(false);
    let plain = candidate(format!("say what {}", are_for(&names)), edits);
    [contrast, plain].into_iter().flatten().collect()
}

/// The tools to describe anew, each with those that it is confused with.
fn rivals(finding: FindingCode, evidence: &Evidence) -> BTreeMap<String, BTreeSet<String>> {
    let is_of_kind = |confusion: &&Confusion| match finding {
        code::WRONG_TOOL => confusion.needed.is_some() && confusion.called.is_some(),
        code::MISSED_CALL => confusion.called.is_none(),
        _ => confusion.needed.is_none(),
    };
    let all = calls::confusion(evidence);
    let mut rivals: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Confusion { needed, called, .. } in all.iter().filter(is_of_kind).take(MOST_PAIRS) {
        let pair: Vec<&String> = needed.iter().chain(called).collect();
        for tool in &pair {
            let others = pair.iter().filter(|other| *other != tool).map(|other| (*other).clone());
            rivals.entry((*tool).clone()).or_default().extend(others);
        }
    }
    rivals
}

/// What `tool` is told of: what its author wrote, what it is for, and for what its rivals are. `None` when the dev
/// questions say too little of it.
fn description(tool: &str, rivals: &BTreeSet<String>, needs: &Needs, evidence: &Evidence) -> Option<String> {
    let own = evidence.spec.tool(tool)?.description.trim();
    let own = own.split_once(MARK).map_or(own, |(before, _)| before).trim_end();
    let words = telling_words(&needs.of_tool(tool, None), &needs.beside(tool, rivals), MOST_WORDS);
    if words.is_empty() {
        return None;
    }
    let mut added = format!("{MARK}{}.", words.join(", "));
    for rival in rivals {
        let theirs = telling_words(&needs.of_tool(rival, Some(tool)), &needs.of_tool(tool, Some(rival)), MOST_WORDS);
        let contrary: Vec<String> =
            theirs.into_iter().filter(|word| !words.contains(word)).take(MOST_CONTRARY_WORDS).collect();
        if !contrary.is_empty() {
            added.push_str(&format!(" Not for: {}; use `{rival}`.", contrary.join(", ")));
        }
    }
    (!copies_a_question(&added, evidence)).then(|| format!("{own} {added}").trim_start().to_owned())
}

/// What the dev questions speak of, by the tools that they are about: those that change something where any is needed,
/// for what is looked up on the way says nothing of what the question is like.
struct Needs {
    questions: Vec<(BTreeSet<String>, BTreeSet<String>)>,
}

impl Needs {
    fn of(evidence: &Evidence) -> Self {
        let gold = gold_words(evidence);
        let question = |case: &loopwright_core::Case| {
            let needed = calls::needed(case)?;
            let changes =
                |call: &&GoldCall| evidence.spec.tool(&call.tool).is_some_and(|tool| tool.effect != Effect::Read);
            let changing: BTreeSet<String> = needed.iter().filter(changes).map(|call| call.tool.clone()).collect();
            let all = || needed.iter().map(|call| call.tool.clone()).collect();
            let tools = if changing.is_empty() { all() } else { changing };
            // Words of the right values and answers are the secret of single cases.
            let words = content_words(&case.input.question());
            Some((tools, words.into_iter().filter(|word| !gold.contains(word)).collect()))
        };
        Self { questions: evidence.by_case().into_iter().filter_map(|(case, _)| question(case)).collect() }
    }

    /// The questions that need `tool`, and not `rival`.
    fn of_tool(&self, tool: &str, rival: Option<&str>) -> Vec<&BTreeSet<String>> {
        let wanted = self.questions.iter().filter(|(tools, _)| tools.contains(tool));
        wanted.filter(|(tools, _)| rival.is_none_or(|rival| !tools.contains(rival))).map(|(_, words)| words).collect()
    }

    /// The questions that `tool` is not for, of those that are for its `rivals`; of all, when they are about nothing.
    fn beside(&self, tool: &str, rivals: &BTreeSet<String>) -> Vec<&BTreeSet<String>> {
        let others = self.questions.iter().filter(|(tools, _)| !tools.contains(tool));
        let (theirs, rest): (Vec<_>, Vec<_>) = others.partition(|(tools, _)| !tools.is_disjoint(rivals));
        let chosen = if theirs.is_empty() { rest } else { theirs };
        chosen.into_iter().map(|(_, words)| words).collect()
    }
}

/// The words of all argument values that are right.
fn gold_words(evidence: &Evidence) -> BTreeSet<String> {
    let cases = evidence.by_case();
    let calls = cases.iter().filter_map(|(case, _)| case.expectation.calls.as_ref()).flatten();
    let values = calls.flat_map(|call| call.args.values()).flat_map(|arg| &arg.any);
    values.filter_map(Value::as_str).flat_map(content_words).collect()
}
