#![doc = include_str!("../../doc/perturbation/passage_order.md")]

use super::{Application, Invariant, PerturbationKind, Situation, passages, sample};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "passage_order",
    title: "the passages found, in another order",
    doc: include_str!("../../doc/perturbation/passage_order.md"),
    dose_meaning: "per cent of the passages that change places, at least two",
    most: 100,
    invariant: Invariant::Everything,
    needs: "an agent with knowledge whose search shows two passages or more",
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    passages::changed(situation, application, |mut passages| {
        sample::dealt(&mut passages, application.dose, &mut application.rng());
        passages
    })
}
