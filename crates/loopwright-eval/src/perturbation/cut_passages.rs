#![doc = include_str!("../../doc/perturbation/cut_passages.md")]

use loopwright_core::FoundPassage;

use super::{Application, Invariant, PerturbationKind, Situation, passages, sample};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "cut_passages",
    title: "the ends of the passages found are lost",
    doc: include_str!("../../doc/perturbation/cut_passages.md"),
    dose_meaning: "per cent of the characters of each passage lost",
    most: 90,
    invariant: Invariant::Refusal,
    needs: passages::NEEDED,
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    passages::changed(situation, application, |passages| {
        passages.into_iter().map(|passage| cut(passage, application.dose)).collect()
    })
}

/// The passage without its end; what is left of it is still found where it stands.
fn cut(passage: FoundPassage, per_cent: usize) -> FoundPassage {
    let characters = passage.text.chars().count();
    let kept = characters - sample::count(characters, per_cent);
    FoundPassage {
        text: passage.text.chars().take(kept).collect(),
        end: (passage.start + kept).min(passage.end),
        ..passage
    }
}
