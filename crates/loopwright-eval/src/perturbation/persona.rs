#![doc = include_str!("../../doc/perturbation/persona.md")]

use super::{Application, Apply, Invariant, PerturbationKind, Situation, question};

pub(super) const POLITE: PerturbationKind =
    kind("persona_polite", "asked by someone who is very polite", |a, b| framed(&POLITE_WORDS, a, b));
pub(super) const RUDE: PerturbationKind =
    kind("persona_rude", "asked by someone who is rude", |a, b| framed(&RUDE_WORDS, a, b));
pub(super) const HURRIED: PerturbationKind =
    kind("persona_hurried", "asked by someone in a great hurry", |a, b| framed(&HURRIED_WORDS, a, b));
pub(super) const CHATTY: PerturbationKind =
    kind("persona_chatty", "asked by someone who likes to talk", |a, b| framed(&CHATTY_WORDS, a, b));

const fn kind(name: &'static str, title: &'static str, apply: Apply) -> PerturbationKind {
    PerturbationKind {
        name,
        title,
        doc: include_str!("../../doc/perturbation/persona.md"),
        dose_meaning: "sentences in that tone",
        most: 4,
        invariant: Invariant::Everything,
        needs: question::NEEDED,
        apply,
    }
}

/// What one kind of person says around a question, the plainest first. None of it asks for anything.
type Words = [&'static str; 4];

const POLITE_WORDS: Words = [
    "I hope you are having a lovely day.",
    "Thank you ever so much for your kind help.",
    "I would be most grateful for a moment of your time.",
    "With my very best wishes and apologies for the trouble.",
];
const RUDE_WORDS: Words = [
    "You lot never get anything right.",
    "And do not waste my time again.",
    "My dog would be more use than you.",
    "Honestly, what a useless service this is.",
];
const HURRIED_WORDS: Words = [
    "Quick, I am about to get on a train!",
    "I have no time at all, really none.",
    "My battery is nearly empty too!",
    "Now, now, now!",
];
const CHATTY_WORDS: Words = [
    "Well, as I was saying to my neighbour this morning over the fence, one never stops learning.",
    "She laughed, of course, because her sister-in-law always says the same.",
    "It has been such a funny old week, what with the wind and the washing.",
    "Anyway, I do go on, my late husband used to say that I could talk the hind legs off a donkey.",
];

fn framed(words: &Words, situation: Situation, application: &Application<'_>) -> Situation {
    let said = &words[..application.dose.min(words.len())];
    // Every other sentence comes behind the question; whether the first does is chance.
    let turn = usize::from(application.rng().flip(0.5));
    let on = |side: usize| -> Vec<&str> { said.iter().copied().skip(side).step_by(2).collect() };
    question::framed(situation, &on(turn).join(" "), &on(1 - turn).join(" "))
}
