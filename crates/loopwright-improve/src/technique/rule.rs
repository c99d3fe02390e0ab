#![doc = include_str!("../../doc/technique/rule.md")]

use loopwright_core::{Finding, FindingCode};
use serde_json::Value;

use super::Technique;
use crate::candidate::edit;
use crate::{Candidate, Evidence};

pub(super) const TECHNIQUE: Technique = Technique {
    name: "rule",
    title: "add the rule that the instructions lack",
    doc: include_str!("../../doc/technique/rule.md"),
    answers: &[FindingCode(104), FindingCode(202), FindingCode(205)],
    propose,
};

/// A rule, and how to know that the instructions have one like it.
struct Rule {
    against: FindingCode,
    text: &'static str,
    /// A line is like the rule when it holds one phrase of each group.
    like: &'static [&'static [&'static str]],
}

const ABSENT: &[&str] = &["not in ", "not cover", "not contain", "not found", "no passage", "not there", "do not know"];
const SAY_SO: &[&str] = &["say", "tell", "reply", "answer that", "admit", "decline"];

const RULES: [Rule; 3] = [
    Rule {
        against: FindingCode(104),
        text: "If neither the passages nor the tools hold the answer, say that you do not know instead of guessing.",
        like: &[ABSENT, SAY_SO],
    },
    Rule {
        against: FindingCode(202),
        text: "When a question is about one particular record, call the tool that reads or changes it before you answer.",
        like: &[&["call", "use", "look up", "check"], &["before you answer", "before answering", "first", "always"]],
    },
    Rule {
        against: FindingCode(205),
        text: "If something that is needed is missing or ambiguous, ask for it instead of going ahead.",
        like: &[&["ask"], &["missing", "ambiguous", "unclear", "not given", "which"]],
    },
];

fn propose(finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    let Some(Value::String(instructions)) = evidence.variant.part("instructions") else { return vec![] };
    let wanted = RULES.iter().filter(|rule| rule.against == finding.code && applies(rule, evidence));
    let candidate = |rule: &Rule| {
        if instructions.lines().any(|line| is_like(line, rule)) {
            return None;
        }
        let text = format!("{}\n- {}\n", instructions.trim_end(), rule.text);
        let edits = vec![edit("instructions", &[], Value::String(text))?];
        Some(Candidate::better(TECHNIQUE.name, finding.code, format!("add the rule: {}", rule.text), edits))
    };
    wanted.filter_map(candidate).collect()
}

/// An abstention is worth a rule only where failed cases ask for one: elsewhere it would buy silence with answers.
fn applies(rule: &Rule, evidence: &Evidence) -> bool {
    rule.against != FindingCode(104) || evidence.failures().any(|trial| trial.case.expectation.abstain)
}

fn is_like(line: &str, rule: &Rule) -> bool {
    let line = line.to_lowercase().replace('’', "'").replace("don't", "do not").replace("isn't", "is not");
    rule.like.iter().all(|group| group.iter().any(|phrase| line.contains(phrase)))
}
