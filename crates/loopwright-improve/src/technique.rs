//! Techniques: documented remedies for findings. One file a technique, with its page in `doc/technique/`.
//!
//! Invariant: a technique reads dev evidence alone, asks no model, and changes named places of the variant; what it
//! proposes is a guess until a race has tested it. The same evidence gives the same candidates.

mod context_pruning;
mod few_shot;
mod retrieval_parameters;
mod rule;
mod tool_description_contrast;
mod tool_description_results;
mod vote;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::{Finding, FindingCode};

use crate::diagnose::worth;
use crate::{Candidate, Evidence};

/// Most candidates that are proposed at once.
const MOST_CANDIDATES: usize = 8;
/// Most of them that answer one finding, so that others have their turn.
const MOST_OF_ONE_FINDING: usize = 2;

/// A documented remedy for a kind of finding.
#[derive(Debug, Clone, Copy)]
pub struct Technique {
    /// Its name.
    pub name: &'static str,
    /// One line.
    pub title: &'static str,
    /// The page about it, in Markdown.
    pub doc: &'static str,
    /// The findings that it answers.
    pub answers: &'static [FindingCode],
    propose: fn(&Finding, &Evidence) -> Vec<Candidate>,
}

/// All techniques, in the order in which they are tried: those that change least, and cost least to run, first.
const ALL: [&Technique; 7] = [
    &retrieval_parameters::TECHNIQUE,
    &rule::TECHNIQUE,
    &tool_description_results::TECHNIQUE,
    &tool_description_contrast::TECHNIQUE,
    &few_shot::TECHNIQUE,
    &vote::TECHNIQUE,
    &context_pruning::TECHNIQUE,
];

/// All techniques.
pub fn all() -> &'static [&'static Technique] {
    &ALL
}

/// The technique called `name`.
pub fn named(name: &str) -> Option<&'static Technique> {
    ALL.into_iter().find(|technique| technique.name == name)
}

/// The reference page of all techniques, in Markdown.
pub fn reference() -> String {
    let mut page = String::from("# Techniques\n\nEach technique, with the findings that it answers.\n");
    for technique in ALL {
        let codes: Vec<String> = technique.answers.iter().map(ToString::to_string).collect();
        page.push_str(&format!("\n## {}\n\nAnswers {}.\n\n", technique.name, codes.join(", ")));
        page.push_str(&technique.doc.replace("\n## ", "\n### ").replacen("## ", "### ", 1));
    }
    page
}

impl Technique {
    /// What it proposes against `finding`; nothing when it does not answer it, or the evidence gives it no hold.
    pub fn propose(&self, finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
        if self.answers.contains(&finding.code) { (self.propose)(finding, evidence) } else { vec![] }
    }
}

/// What the techniques propose against `findings`: at most eight candidates, at most two of them for one finding, those
/// against the finding that is worth most first. No two give the same variant, and each gives one that is new.
pub fn propose(findings: &[Finding], evidence: &Evidence) -> Vec<Candidate> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
    let mut known = BTreeSet::from([evidence.variant.digest()]);
    let mut of_finding: BTreeMap<FindingCode, usize> = BTreeMap::new();
    let mut candidates = vec![];
    for candidate in sorted.into_iter().flat_map(|finding| in_turn(finding, evidence)) {
        let count = of_finding.entry(candidate.finding).or_default();
        let Ok(variant) = evidence.variant.patched(&candidate.patch) else { continue };
        if *count < MOST_OF_ONE_FINDING && known.insert(variant.digest()) {
            *count += 1;
            candidates.push(candidate);
        }
    }
    candidates.truncate(MOST_CANDIDATES);
    candidates
}

/// The candidates against one finding: the first choice of each technique, then the second ones, and so on.
fn in_turn(finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    let choices: Vec<Vec<Candidate>> = ALL.into_iter().map(|technique| technique.propose(finding, evidence)).collect();
    let rounds = choices.iter().map(Vec::len).max().unwrap_or(0);
    (0..rounds).flat_map(|round| choices.iter().filter_map(move |choice| choice.get(round).cloned())).collect()
}
