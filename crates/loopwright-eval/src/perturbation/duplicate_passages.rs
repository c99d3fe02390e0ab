#![doc = include_str!("../../doc/perturbation/duplicate_passages.md")]

use loopwright_core::FoundPassage;

use super::{Application, Invariant, PerturbationKind, Situation, passages};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "duplicate_passages",
    title: "passages found that stand there again",
    doc: include_str!("../../doc/perturbation/duplicate_passages.md"),
    dose_meaning: "passages shown again",
    most: 20,
    invariant: Invariant::Everything,
    needs: passages::NEEDED,
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    passages::changed(situation, application, |mut passages| {
        let again: Vec<FoundPassage> = passages.iter().cycle().take(application.dose).cloned().collect();
        passages.extend(again);
        passages
    })
}
