#![doc = include_str!("../../doc/technique/rule.md")]

use loopwright_core::{Finding, FindingCode};
use serde_json::Value;

use super::Technique;
use crate::candidate::edit;
use crate::signal::{calls, code};
use crate::{Candidate, Evidence, TrialEvidence};

pub(super) const TECHNIQUE: Technique = Technique {
    name: "rule",
    title: "add the rule that the instructions lack",
    doc: include_str!("../../doc/technique/rule.md"),
    answers: &[code::UNSUPPORTED_ANSWER, code::MISSED_CALL, code::NO_CLARIFICATION],
    propose,
};

/// A rule, and how to know that the instructions have one like it.
struct Rule {
    against: FindingCode,
    text: &'static str,
    /// A line is like the rule when it holds one phrase of each group.
    like: &'static [&'static [&'static str]],
    /// Whether the rule would have told the agent of this failed trial what to do.
    speaks_to: fn(&TrialEvidence, &Evidence) -> bool,
}

const ABSENT: &[&str] = &["not in ", "not cover", "not contain", "not found", "no passage", "not there", "do not know"];
const SAY_SO: &[&str] = &["say", "tell", "reply", "answer that", "admit", "decline"];

const RULES: [Rule; 4] = [
    Rule {
        against: code::UNSUPPORTED_ANSWER,
        text: "If neither the passages nor the tools hold the answer, say that you do not know instead of guessing.",
        like: &[ABSENT, SAY_SO],
        // Elsewhere the rule would buy silence with answers.
        speaks_to: |trial, _| trial.case.expectation.abstain,
    },
    Rule {
        against: code::MISSED_CALL,
        text: "When a question is about one particular record, call the tool that reads or changes it before you answer.",
        like: &[&["call", "use", "look up", "check"], &["before you answer", "before answering", "first", "always"]],
        speaks_to: |trial, evidence| is_missed(trial, evidence) && !calls::skips_a_look(trial, evidence),
    },
    Rule {
        against: code::MISSED_CALL,
        text: "Look the record up with a tool before you change it.",
        like: &[&["look", "check", "read", "fetch", "get"], &["before", "first"], &["chang", "cancel", "act", "writ"]],
        speaks_to: |trial, evidence| is_missed(trial, evidence) && calls::skips_a_look(trial, evidence),
    },
    Rule {
        against: code::NO_CLARIFICATION,
        text: "If something that is needed is missing or ambiguous, ask for it instead of going ahead.",
        like: &[&["ask"], &["missing", "ambiguous", "unclear", "not given", "which"]],
        speaks_to: |trial, _| trial.case.expectation.clarify,
    },
];

fn propose(finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    let Some(Value::String(instructions)) = evidence.variant.part("instructions") else { return vec![] };
    let wanted = RULES.iter().filter(|rule| rule.against == finding.code);
    let mut wanted: Vec<(usize, &Rule)> = wanted.map(|rule| (spoken_to(rule, evidence), rule)).collect();
    wanted.retain(|(trials, rule)| 0 < *trials && !instructions.lines().any(|line| is_like(line, rule)));
    wanted.sort_by_key(|(trials, _)| std::cmp::Reverse(*trials));
    let candidate = |(_, rule): (usize, &Rule)| {
        let text = format!("{}\n- {}\n", instructions.trim_end(), rule.text);
        let edits = vec![edit("instructions", &[], Value::String(text))?];
        Some(Candidate::better(TECHNIQUE.name, finding.code, format!("add the rule: {}", rule.text), edits))
    };
    wanted.into_iter().filter_map(candidate).collect()
}

/// Failed trials that the rule would have spoken to.
fn spoken_to(rule: &Rule, evidence: &Evidence) -> usize {
    evidence.failures().filter(|trial| (rule.speaks_to)(trial, evidence)).count()
}

fn is_missed(trial: &TrialEvidence, evidence: &Evidence) -> bool {
    calls::slips(trial, evidence).is_some_and(|slips| !slips.missing.is_empty() && slips.extra.is_empty())
}

fn is_like(line: &str, rule: &Rule) -> bool {
    let line = line.to_lowercase().replace('’', "'").replace("don't", "do not").replace("isn't", "is not");
    rule.like.iter().all(|group| group.iter().any(|phrase| line.contains(phrase)))
}
