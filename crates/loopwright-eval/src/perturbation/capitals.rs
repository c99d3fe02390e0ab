#![doc = include_str!("../../doc/perturbation/capitals.md")]

use std::ops::Range;

use super::{Application, Invariant, PerturbationKind, Situation, question, rewrite, spared};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "capitals",
    title: "words of the question in capitals",
    doc: include_str!("../../doc/perturbation/capitals.md"),
    dose_meaning: "per cent of the words put in capitals",
    most: 100,
    invariant: Invariant::Everything,
    needs: "a question with plain words that have small letters",
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    question::changed(situation, |text| {
        rewrite::some(text, &small_words(text), application.dose, &mut rng, |word, _| word.to_uppercase())
    })
}

fn small_words(text: &str) -> Vec<Range<usize>> {
    let has_small = |word: &Range<usize>| text[word.clone()].contains(char::is_lowercase);
    spared::plain_words(text).into_iter().filter(has_small).collect()
}
