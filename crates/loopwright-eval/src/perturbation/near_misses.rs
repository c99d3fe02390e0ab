#![doc = include_str!("../../doc/perturbation/near_misses.md")]

use loopwright_core::FoundPassage;
use loopwright_knowledge::{CANDIDATES, Retrieved, SearchParams, search};

use super::{Application, Invariant, PerturbationKind, PerturbationMaterial, Situation};
use crate::metric::check_answer;

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "near_misses",
    title: "passages like the question that do not answer it",
    doc: include_str!("../../doc/perturbation/near_misses.md"),
    dose_meaning: "passages added at most",
    most: 20,
    invariant: Invariant::Everything,
    needs: "an agent with knowledge that holds more passages like the question",
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let Application { dose, material, .. } = *application;
    let (Some(index), Some(params)) = (material.index, &material.search) else { return situation };
    let question = situation.input.question();
    let plain = search(index, &question, params);
    let is_shown = |passage: &FoundPassage| plain.shown().iter().any(|shown| same_place(shown, passage));
    // All candidates are shown here, since only what is shown comes with its text.
    let found = search(index, &question, &SearchParams { top_k: CANDIDATES, threshold: 0.0, ..*params });
    let mut candidates: Vec<&FoundPassage> = found.shown().iter().filter(|passage| !is_shown(passage)).collect();
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let misses = candidates.into_iter().filter(|passage| !may_answer(passage, material)).take(dose);
    let all: Vec<FoundPassage> = plain.shown().iter().chain(misses).cloned().collect();
    let (before, count) = (plain.shown_len(), all.len());
    let beside = (count > before).then(|| Retrieved::new(all, count, params.order));
    Situation { found: beside, ..situation }
}

fn same_place(one: &FoundPassage, other: &FoundPassage) -> bool {
    (&one.source, one.start, one.end) == (&other.source, other.start, other.end)
}

/// Whether `passage` holds evidence, be it only a part of it, or would do as an answer.
pub(super) fn may_answer(passage: &FoundPassage, material: &PerturbationMaterial<'_>) -> bool {
    let holds_gold = material.gold.iter().any(|gold| gold.overlap(passage) > 0);
    let answers = |rule| check_answer(rule, &passage.text).is_ok_and(|held| held.is_ok());
    holds_gold || material.answer.is_some_and(answers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::{AnswerRule, Input, Seed};
    use loopwright_knowledge::{Corpus, Document, GoldSpan, Index, KnowledgePart};

    /// Eight pages about pans, of which the third alone says what a copper pan costs.
    fn index() -> (Index, SearchParams) {
        let text = |n: usize| match n {
            3 => "A copper pan costs ninety pounds.".to_owned(),
            _ => format!("A copper pan of series {} has a lid.", "x".repeat(n + 1)),
        };
        let page = |n: usize| Document { source: format!("{n}.md"), text: text(n) };
        let corpus = Corpus::new((0..8).map(page).collect()).unwrap();
        let part = KnowledgePart { top_k: 2, ..KnowledgePart::new(corpus.digest()) };
        (Index::build(&corpus, &part).unwrap(), part.search_params())
    }

    fn added(dose: usize, gold: &[GoldSpan], answer: Option<&AnswerRule>) -> Vec<FoundPassage> {
        let (index, params) = index();
        let question = "What does a copper pan cost?";
        let material = PerturbationMaterial { index: Some(&index), search: Some(params), gold, answer, tools: &[] };
        let application = Application { dose, seed: Seed(1), material: &material };
        let found = apply(Situation::plain(Input::text(question)), &application).found;
        let mut all = found.map(|found| found.shown().to_vec()).unwrap_or_default();
        all.retain(|passage| !search(&index, question, &params).shown().contains(passage));
        all
    }

    fn sources(passages: &[FoundPassage]) -> Vec<&str> {
        passages.iter().map(|passage| passage.source.as_str()).collect()
    }

    #[test]
    fn comes_after_what_is_shown_anyway_and_holds_no_gold() {
        let gold = [GoldSpan { source: "3.md".into(), start: 20, end: 32 }];
        let five = added(5, &gold, None);
        assert_eq!(five.len(), 5);
        assert!(!sources(&five).contains(&"3.md") && five.iter().all(|passage| !passage.text.is_empty()));
        assert!(sources(&five).starts_with(&sources(&added(2, &gold, None))), "a larger dose adds to a smaller one");
        assert!(added(20, &gold, None).len() < 8, "there are not more than the index holds");
    }

    #[test]
    fn what_would_do_as_an_answer_is_no_near_miss() {
        let lid = AnswerRule::Contains("a lid".into());
        assert!(added(5, &[], Some(&lid)).iter().all(|passage| !passage.text.contains("a lid")));
        assert!(!added(5, &[], None).is_empty());
    }
}
