#![doc = include_str!("../../doc/perturbation/homoglyphs.md")]

use std::ops::Range;

use super::{Application, Invariant, PerturbationKind, Situation, question, rewrite, spared};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "homoglyphs",
    title: "letters of other alphabets that look the same",
    doc: include_str!("../../doc/perturbation/homoglyphs.md"),
    dose_meaning: "per cent of the letters that have a double",
    most: 100,
    invariant: Invariant::Everything,
    needs: "a question with plain words in letters that have a double",
    apply,
};

/// Latin letters and their Cyrillic doubles.
const DOUBLES: [(&str, &str); 24] = [
    ("a", "а"),
    ("c", "с"),
    ("e", "е"),
    ("h", "һ"),
    ("i", "і"),
    ("j", "ј"),
    ("o", "о"),
    ("p", "р"),
    ("s", "ѕ"),
    ("x", "х"),
    ("y", "у"),
    ("d", "ԁ"),
    ("A", "А"),
    ("B", "В"),
    ("C", "С"),
    ("E", "Е"),
    ("H", "Н"),
    ("I", "І"),
    ("K", "К"),
    ("M", "М"),
    ("O", "О"),
    ("P", "Р"),
    ("T", "Т"),
    ("X", "Х"),
];

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    question::changed(situation, |text| {
        let doubled = |letter: &str| double(letter).unwrap_or(letter).to_owned();
        rewrite::some(text, &with_double(text), application.dose, &mut rng, |letter, _| doubled(letter))
    })
}

fn with_double(text: &str) -> Vec<Range<usize>> {
    spared::plain_letters(text).into_iter().filter(|letter| double(&text[letter.clone()]).is_some()).collect()
}

fn double(letter: &str) -> Option<&'static str> {
    DOUBLES.iter().find(|(latin, _)| *latin == letter).map(|(_, double)| *double)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_is_another_letter_that_is_no_latin_one() {
        for (latin, double) in DOUBLES {
            assert!(latin.is_ascii() && !double.is_ascii() && double.chars().count() == 1, "{latin} {double}");
        }
    }
}
