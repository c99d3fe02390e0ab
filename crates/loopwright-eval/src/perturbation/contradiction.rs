#![doc = include_str!("../../doc/perturbation/contradiction.md")]

use super::{Application, Invariant, PerturbationKind, Situation, question, sample};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "contradiction",
    title: "demands on the form that cannot both be met",
    doc: include_str!("../../doc/perturbation/contradiction.md"),
    dose_meaning: "pairs of demands",
    most: 6,
    invariant: Invariant::Answer,
    needs: question::NEEDED,
    apply,
};

/// Each pair asks for something of the form and for its opposite. None touches what is asked for.
const PAIRS: [&str; 6] = [
    "Keep it as short as you can, and go into every detail.",
    "Write in full sentences only, and use no verbs.",
    "Be very formal, and talk to me as to an old friend.",
    "Put the main point first, and keep it for the very end.",
    "Explain how you found it, and give no explanation at all.",
    "Use a list, and do not break the text into lines.",
];

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let pairs = sample::drawn(PAIRS.to_vec(), application.dose, &mut application.rng());
    question::framed(situation, "", &pairs.join(" "))
}
