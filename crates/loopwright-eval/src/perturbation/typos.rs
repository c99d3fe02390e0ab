#![doc = include_str!("../../doc/perturbation/typos.md")]

mod keyboard;

use loopwright_stats::SeededRng;

use super::{Application, Invariant, PerturbationKind, Situation, question, sample, spared};
use keyboard::neighbours;

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "typos",
    title: "typing errors in the question",
    doc: include_str!("../../doc/perturbation/typos.md"),
    dose_meaning: "per cent of the letters hit",
    most: 50,
    invariant: Invariant::Everything,
    needs: "a question with plain words in the letters a to z",
    apply,
};

/// Words of fewer letters never lose one: what is left could be another word, or none.
const SHORT: usize = 4;

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    question::changed(situation, |text| mistyped(text, application.dose, &mut rng))
}

/// `text` with `dose` per cent of its touchable letters hit.
fn mistyped(text: &str, dose: usize, rng: &mut SeededRng) -> String {
    let chars: Vec<char> = text.chars().collect();
    let touchable = spared::touchable(&chars);
    let places = sample::share((0..chars.len()).filter(|at| touchable[*at]).collect(), dose, rng);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if places.binary_search(&at).is_err() {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let is_hit = |at: usize| places.binary_search(&at).is_ok();
        let next_is_free = touchable.get(at + 1) == Some(&true) && !is_hit(at + 1);
        let room = Room {
            swaps: next_is_free && chars[at] != chars[at + 1],
            // Of two letters hit in a row only one may go, or a word could vanish.
            drops: letters_around(&touchable, at) >= SHORT && !at.checked_sub(1).is_some_and(is_hit),
        };
        at += mistype(&chars[at..], room, rng, &mut out);
    }
    out
}

/// What may happen to a letter beside being hit wrongly.
struct Room {
    swaps: bool,
    drops: bool,
}

/// Letters of the word that `at` stands in.
fn letters_around(touchable: &[bool], at: usize) -> usize {
    let before = touchable[..at].iter().rev().take_while(|touchable| **touchable).count();
    before + touchable[at..].iter().take_while(|touchable| **touchable).count()
}

/// Writes the first of `chars` mistyped, and says how many characters that used up: half the time a neighbouring key, a
/// quarter each the next letter first, and nothing at all. What there is no room for becomes a neighbouring key.
fn mistype(chars: &[char], room: Room, rng: &mut SeededRng, out: &mut String) -> usize {
    match rng.below(4) {
        0 if room.swaps => {
            out.extend([chars[1], chars[0]]);
            2
        }
        1 if room.drops => 1,
        _ => {
            let near = neighbours(chars[0]);
            out.push(near[rng.below(near.len())]);
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTION: &str = "Please tell me where order A-1042 is, and when the parcel for nora@example.org arrives.";

    fn typed(dose: usize, seed: u64) -> String {
        mistyped(QUESTION, dose, &mut SeededRng::new(seed))
    }

    #[test]
    fn hits_as_many_letters_as_asked() {
        let letters = QUESTION.chars().filter(char::is_ascii_alphabetic).count() - "Anoraexampleorg".len();
        for seed in 0..200 {
            let distance = strsim::osa_distance(QUESTION, &typed(10, seed));
            assert!((1..=sample::count(letters, 10)).contains(&distance), "{distance}: {}", typed(10, seed));
        }
    }

    #[test]
    fn every_kind_of_error_happens() {
        let texts: Vec<String> = (0..200).map(|seed| mistyped("parcel", 10, &mut SeededRng::new(seed))).collect();
        assert!(texts.iter().any(|text| text.len() == 5), "a letter is dropped");
        assert!(texts.contains(&"aprcel".to_owned()), "two letters are swapped");
        assert!(texts.contains(&"oarcel".to_owned()), "the key beside is hit");
        assert!(texts.iter().all(|text| text != "parcel"));
    }

    #[test]
    fn short_words_lose_nothing() {
        for seed in 0..100 {
            assert_eq!(mistyped("is it so", 50, &mut SeededRng::new(seed)).len(), 8);
        }
    }

    #[test]
    fn what_cannot_be_touched_stays() {
        for text in ["A-1042 \"Blue pan\"", "где мой заказ?", "42"] {
            assert_eq!(mistyped(text, 50, &mut SeededRng::new(1)), text);
        }
    }
}
