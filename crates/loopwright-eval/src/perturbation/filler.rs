#![doc = include_str!("../../doc/perturbation/filler.md")]

use loopwright_stats::SeededRng;

use super::{Application, Invariant, PerturbationKind, Situation, question};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "filler",
    title: "a long text about nothing before the question",
    doc: include_str!("../../doc/perturbation/filler.md"),
    dose_meaning: "hundreds of words",
    most: 200,
    invariant: Invariant::Everything,
    needs: question::NEEDED,
    apply,
};

const WHO: [&str; 12] = [
    "The garden committee",
    "The choir",
    "A reader from the valley",
    "The caretaker of the old mill",
    "The book circle",
    "The keeper of the bees",
    "The brass band",
    "The walking club",
    "The parish council",
    "The night watchman",
    "The ferryman",
    "The village school",
];
const DID: [&str; 10] = [
    "talked at length about",
    "wrote a short note on",
    "put off a decision on",
    "remembered",
    "looked again at",
    "was of two minds about",
    "smiled about",
    "kept the minutes of",
    "had nothing new on",
    "wondered about",
];
const WHAT: [&str; 12] = [
    "the colour of the benches",
    "the first frost",
    "the swallows under the eaves",
    "the seating at the harvest supper",
    "the bend in the river",
    "the smell of the hay",
    "the clock in the tower",
    "the path behind the orchard",
    "the names of the clouds",
    "the song at the end",
    "the weather of that spring",
    "the lamp by the gate",
];
const HOW: [&str; 10] = [
    "until it grew dark",
    "over a cup of tea",
    "as in most years",
    "while it rained",
    "before the bells rang",
    "and left it at that",
    "without any haste",
    "to nobody's surprise",
    "in the small room",
    "on the way home",
];

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    let (mut text, mut words) = (String::new(), 0);
    while words < application.dose * 100 {
        let sentence = sentence(&mut rng);
        words += sentence.split(' ').count();
        text += &sentence;
    }
    question::framed(situation, text.trim_end(), "")
}

fn sentence(rng: &mut SeededRng) -> String {
    let mut one = |of: &[&'static str]| of[rng.below(of.len())];
    format!("{} {} {} {}. ", one(&WHO), one(&DID), one(&WHAT), one(&HOW))
}
