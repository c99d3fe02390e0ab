#![doc = include_str!("../../doc/perturbation/zero_width.md")]

use super::{Application, Invariant, PerturbationKind, Situation, question, rewrite, spared};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "zero_width",
    title: "characters without width inside the words of the question",
    doc: include_str!("../../doc/perturbation/zero_width.md"),
    dose_meaning: "per cent of the letters followed by one",
    most: 100,
    invariant: Invariant::Everything,
    needs: "a question with plain words in the letters a to z",
    apply,
};

/// Zero-width space, non-joiner, joiner, and word joiner.
const INVISIBLE: [char; 4] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}'];

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    question::changed(situation, |text| {
        let letters = spared::plain_letters(text);
        rewrite::some(text, &letters, application.dose, &mut rng, |letter, rng| {
            format!("{letter}{}", INVISIBLE[rng.below(INVISIBLE.len())])
        })
    })
}
