#![doc = include_str!("../../doc/perturbation/ants.md")]

use super::{Application, Invariant, PerturbationKind, Situation, question, sample};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "ants",
    title: "sentences that have nothing to do with the question",
    doc: include_str!("../../doc/perturbation/ants.md"),
    dose_meaning: "sentences added",
    most: 100,
    invariant: Invariant::Everything,
    needs: question::NEEDED,
    apply,
};

/// One sentence a line. Each states something, and asks and orders nothing; none holds a digit, a quote or a name that
/// could be an answer.
const SENTENCES: &str = include_str!("ants/sentences.txt");

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    let sentences = sample::drawn(SENTENCES.lines().collect(), application.dose, &mut rng);
    let (before, after): (Vec<&str>, Vec<&str>) = sentences.into_iter().partition(|_| rng.flip(0.5));
    question::framed(situation, &before.join(" "), &after.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perturbation::testing;
    use std::collections::BTreeSet;

    fn question(text: &str, dose: usize, seed: u64) -> String {
        testing::asked(apply, text, dose, seed)
    }

    fn count(text: &str) -> usize {
        SENTENCES.lines().filter(|sentence| text.contains(sentence)).count()
    }

    #[test]
    fn the_sentences_are_plain_and_many() {
        let sentences: BTreeSet<&str> = SENTENCES.lines().collect();
        assert_eq!(sentences.len(), SENTENCES.lines().count(), "a sentence stands twice");
        assert!(sentences.len() >= 120 && sentences.len() >= KIND.most as usize);
        for sentence in sentences {
            assert!(sentence.ends_with('.') && !sentence.contains(['?', '!', '"', ':', '[']), "{sentence}");
            assert!(!sentence.contains(|c: char| c.is_numeric()), "{sentence}");
            assert!((20..=110).contains(&sentence.len()) && !sentence.contains(". "), "{sentence}");
            assert!(sentence.starts_with(char::is_uppercase) && sentence.trim() == sentence, "{sentence}");
            let lower = format!(" {} ", sentence.to_lowercase());
            assert!(![" you ", " your ", " please ", " i "].iter().any(|word| lower.contains(word)), "{sentence}");
        }
    }

    #[test]
    fn adds_as_many_as_asked_and_leaves_the_question_whole() {
        for dose in [1, 2, 3, 10, 100] {
            let text = question("Where is A-1042?", dose, 7);
            assert!(text.contains("Where is A-1042?"));
            assert_eq!(count(&text), dose);
        }
    }

    #[test]
    fn a_larger_dose_holds_the_smaller_one() {
        let (three, nine) = (question("q?", 3, 5), question("q?", 9, 5));
        assert!(SENTENCES.lines().filter(|sentence| three.contains(sentence)).all(|held| nine.contains(held)));
        assert_ne!(question("q?", 3, 5), question("q?", 3, 6));
    }

    #[test]
    fn the_places_vary() {
        let texts: Vec<String> = (0..40).map(|seed| question("q?", 2, seed)).collect();
        assert!(texts.iter().any(|text| text.starts_with("q?")) && texts.iter().any(|text| text.ends_with("q?")));
        assert!(texts.iter().any(|text| !text.starts_with("q?") && !text.ends_with("q?")));
    }
}
