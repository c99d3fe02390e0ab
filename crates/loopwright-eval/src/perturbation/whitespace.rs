#![doc = include_str!("../../doc/perturbation/whitespace.md")]

use std::ops::Range;

use super::{Application, Invariant, PerturbationKind, Situation, question, rewrite, spared};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "whitespace",
    title: "gaps of other widths between the words of the question",
    doc: include_str!("../../doc/perturbation/whitespace.md"),
    dose_meaning: "per cent of the gaps changed",
    most: 100,
    invariant: Invariant::Everything,
    needs: "a question of two words or more",
    apply,
};

/// What a single space becomes. The last is a space that never breaks a line (U+00A0).
const GAPS: [&str; 6] = ["  ", "   ", "\t", "\n", " \n\n", "\u{a0}"];

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    question::changed(situation, |text| {
        rewrite::some(text, &gaps(text), application.dose, &mut rng, |_, rng| GAPS[rng.below(GAPS.len())].to_owned())
    })
}

/// The single spaces outside quotes: a gap between two plain words, or at least behind one.
fn gaps(text: &str) -> Vec<Range<usize>> {
    let words = spared::plain_words(text);
    let behind = words.iter().map(|word| word.end..word.end + 1);
    behind.filter(|gap| text.get(gap.clone()) == Some(" ") && text.len() > gap.end).collect()
}
