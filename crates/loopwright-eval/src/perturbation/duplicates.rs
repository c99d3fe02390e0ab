#![doc = include_str!("../../doc/perturbation/duplicates.md")]

use super::{Application, Invariant, PerturbationKind, Situation, question};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "duplicates",
    title: "the question said again",
    doc: include_str!("../../doc/perturbation/duplicates.md"),
    dose_meaning: "times it is said again",
    most: 20,
    invariant: Invariant::Everything,
    needs: question::NEEDED,
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    question::changed(situation, |text| vec![text; application.dose + 1].join("\n\n"))
}
