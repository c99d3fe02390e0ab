#![doc = include_str!("../../doc/technique/few_shot.md")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use loopwright_agent::{Example, ExampleCall, estimate_tokens};
use loopwright_core::{Case, CaseKey, Finding, FindingCode, ToolStatus};
use loopwright_knowledge::Analyser;
use serde_json::json;

use super::Technique;
use crate::candidate::edit;
use crate::signal::answer::without_citations;
use crate::signal::{calls, code};
use crate::{Candidate, Evidence, TrialEvidence};

pub(super) const TECHNIQUE: Technique = Technique {
    name: "few_shot",
    title: "show the model how cases like these were done right",
    doc: include_str!("../../doc/technique/few_shot.md"),
    answers: &[
        code::UNSUPPORTED_ANSWER,
        code::OVER_ABSTENTION,
        code::WRONG_TOOL,
        code::MISSED_CALL,
        code::WRONG_ARGUMENT,
        code::SPURIOUS_CALL,
        code::NO_CLARIFICATION,
    ],
    propose,
};

/// How many examples are tried.
const SIZES: [usize; 2] = [2, 4];
/// What a token of an example must earn, in failing questions covered.
const TOKEN_PRICE: f64 = 0.002;

fn propose(finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    if evidence.variant.part("model").is_none() {
        return vec![];
    }
    let chosen = chosen(finding, evidence);
    let sizes: BTreeSet<usize> =
        SIZES.into_iter().map(|size| size.min(chosen.len())).filter(|size| 0 < *size).collect();
    let candidate = |size: usize| {
        let chosen = &chosen[..size];
        let added = chosen.iter().map(|worked| worked.example.clone());
        let all: Vec<Example> = evidence.spec.examples.iter().cloned().chain(added).collect();
        let edits = vec![edit("examples", &[], json!(all))?];
        let change = match size {
            1 => "add an example of a case that passes".to_owned(),
            _ => format!("add {size} examples of cases that pass"),
        };
        let barred_cases = chosen.iter().map(|worked| worked.case.clone()).collect();
        let better = Candidate::better(TECHNIQUE.name, finding.code, change, edits);
        Some(Candidate { barred_cases, ..better })
    };
    sizes.into_iter().rev().filter_map(candidate).collect()
}

/// A case that passes, worked.
struct Worked {
    case: CaseKey,
    example: Example,
    words: BTreeSet<String>,
}

/// Examples by greedy choice: each next one adds most to how well the failing questions are covered, less what its tokens
/// cost. Coverage is that of the facility location problem, for which greedy choice is within 1 − 1/e of the best
/// (Nemhauser, Wolsey and Fisher 1978).
fn chosen(finding: &Finding, evidence: &Evidence) -> Vec<Worked> {
    let analyser = Analyser::new(true, true);
    let words = |text: &str| analyser.terms(text).into_iter().collect::<BTreeSet<String>>();
    let failing: Vec<BTreeSet<String>> = evidence
        .by_case()
        .iter()
        .filter(|(case, _)| finding.cases.contains(&case.key))
        .map(|(case, _)| words(&case.input.question()))
        .collect();
    let mut pool: Vec<Worked> = pool(finding, evidence)
        .into_iter()
        .map(|(case, example)| Worked { case: case.key.clone(), words: words(&example.user), example })
        .collect();
    let rarity = Rarity::of(evidence.by_case().iter().map(|(case, _)| words(&case.input.question())));
    let mut covered = vec![0.0_f64; failing.len()];
    let mut chosen = vec![];
    while chosen.len() < SIZES[SIZES.len() - 1] {
        let gain = |worked: &Worked| {
            let added =
                failing.iter().zip(&covered).map(|(q, so_far)| (rarity.alike(q, &worked.words) - so_far).max(0.0));
            added.sum::<f64>() - TOKEN_PRICE * estimate_tokens(&worked.example.render()) as f64
        };
        let gains = pool.iter().map(gain).enumerate();
        // The first of equals, so that the order of the cases decides and not that of the comparison.
        let best =
            gains.fold(None, |best: Option<(usize, f64)>, next| best.filter(|best| next.1 <= best.1).or(Some(next)));
        let Some((place, _)) = best.filter(|(_, gain)| 0.0 < *gain) else { break };
        let worked = pool.remove(place);
        for (question, so_far) in failing.iter().zip(&mut covered) {
            *so_far = so_far.max(rarity.alike(question, &worked.words));
        }
        chosen.push(worked);
    }
    chosen
}

/// The cases of the kind that the finding is about of which every trial passed, each with what was done in the first.
fn pool<'a>(finding: &Finding, evidence: &'a Evidence) -> Vec<(&'a Arc<Case>, Example)> {
    let shown: BTreeSet<&str> = evidence.spec.examples.iter().map(|example| example.user.as_str()).collect();
    let usable = |case: &Case| {
        let single = case.input.messages.len() == 1 && case.input.tools.is_empty();
        single && is_of_kind(case, finding.code) && !shown.contains(case.input.question().as_str())
    };
    let steady = |trials: &[&TrialEvidence]| trials.iter().all(|trial| trial.passed == Some(true));
    let cases = evidence.by_case().into_iter();
    let passing = cases.filter(|(case, trials)| usable(case) && steady(trials));
    passing.filter_map(|(case, trials)| Some((case, example(case, trials.first()?, finding.code)?))).collect()
}

fn is_of_kind(case: &Case, finding: FindingCode) -> bool {
    let calls = calls::needed(case).map(<[_]>::len);
    match finding {
        code::UNSUPPORTED_ANSWER => case.expectation.abstain,
        code::OVER_ABSTENTION => !case.expectation.passages.is_empty(),
        code::SPURIOUS_CALL => calls == Some(0),
        code::NO_CLARIFICATION => case.expectation.clarify,
        _ => calls.is_some_and(|count| 0 < count),
    }
}

/// What was done, as an example. Where calls are what matters, the answer is left out: it would teach facts of one case.
fn example(case: &Case, trial: &TrialEvidence, finding: FindingCode) -> Option<Example> {
    let done = trial.acted.trace.tool_calls().filter(|used| used.status == ToolStatus::Done);
    let calls: Vec<ExampleCall> = done
        .filter_map(|used| Some(ExampleCall { tool: used.call.name.clone(), args: used.arguments?.clone() }))
        .collect();
    let answer = if calls.is_empty() { uncited(trial.answer()) } else { String::new() };
    let teaches_calls = [code::WRONG_TOOL, code::MISSED_CALL, code::WRONG_ARGUMENT].contains(&finding);
    let complete = if teaches_calls { !calls.is_empty() } else { !answer.is_empty() };
    complete.then(|| Example { user: case.input.question(), calls, answer })
}

/// `answer` without its citations, which point at passages that an example does not show, and without the gaps that they
/// leave before a mark.
fn uncited(answer: &str) -> String {
    let mut told = String::new();
    for word in without_citations(answer).split_whitespace() {
        let is_mark = word.chars().all(|c| ".,;:!?)".contains(c));
        if !told.is_empty() && !is_mark {
            told.push(' ');
        }
        told.push_str(word);
    }
    told
}

/// How rare words are among the dev questions.
struct Rarity {
    counts: BTreeMap<String, usize>,
    total: usize,
}

impl Rarity {
    fn of(questions: impl Iterator<Item = BTreeSet<String>>) -> Self {
        let (mut counts, mut total) = (BTreeMap::new(), 0);
        for question in questions {
            total += 1;
            question.into_iter().for_each(|word| *counts.entry(word).or_insert(0) += 1);
        }
        Self { counts, total }
    }

    fn weight(&self, word: &String) -> f64 {
        (1.0 + self.total as f64 / self.counts.get(word).copied().unwrap_or(1) as f64).ln()
    }

    /// The share of `question`, by rarity, that `words` cover.
    fn alike(&self, question: &BTreeSet<String>, words: &BTreeSet<String>) -> f64 {
        let whole: f64 = question.iter().map(|word| self.weight(word)).sum();
        let common: f64 = question.intersection(words).map(|word| self.weight(word)).sum();
        if whole == 0.0 { 0.0 } else { common / whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_leaves_no_gap() {
        assert_eq!(
            uncited("Within 30 days [1], or 14 [2] on\nsale [3]; see (page 4 [4])."),
            "Within 30 days, or 14 on sale; see (page 4)."
        );
        assert_eq!(uncited("[1] Runs on .NET [2]."), "Runs on .NET.");
    }
}
