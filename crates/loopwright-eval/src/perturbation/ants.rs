#![doc = include_str!("../../doc/perturbation/ants.md")]

use loopwright_stats::SeededRng;

use super::{Application, PerturbError, PerturbationKind, Situation, question};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "ants",
    title: "sentences that have nothing to do with the question",
    doc: include_str!("../../doc/perturbation/ants.md"),
    dose_meaning: "sentences added",
    most: 100,
    apply,
};

/// One sentence a line. Each states something, and asks and orders nothing; none holds a digit, a quote or a name that
/// could be an answer.
const SENTENCES: &str = include_str!("ants/sentences.txt");

fn apply(mut situation: Situation, application: &Application<'_>) -> Result<Situation, PerturbError> {
    let mut rng = SeededRng::new(application.seed.0);
    let mut sentences: Vec<&str> = SENTENCES.lines().collect();
    rng.shuffle(&mut sentences);
    let (before, after): (Vec<&str>, Vec<&str>) =
        sentences.into_iter().take(application.dose).partition(|_| rng.flip(0.5));
    let mut texts = question::texts(&mut situation.input);
    if let Some(first) = texts.first_mut() {
        **first = preceded(&before, first);
    }
    let last = texts.last_mut().ok_or(PerturbError::NoQuestion { name: KIND.name })?;
    **last = followed(last, &after);
    Ok(situation)
}

fn preceded(before: &[&str], text: &str) -> String {
    before.iter().copied().chain([text]).collect::<Vec<_>>().join(" ")
}

/// A text that does not end like a sentence is parted by a new line, so that the next sentence does not run into it.
fn followed(text: &str, after: &[&str]) -> String {
    let ends = text.trim_end().ends_with(['.', '?', '!', ':', '"', '”', '\'', '’', ')']);
    match (after.is_empty(), ends) {
        (true, _) => text.to_owned(),
        (false, true) => format!("{text} {}", after.join(" ")),
        (false, false) => format!("{text}\n{}", after.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perturbation::PerturbationMaterial;
    use loopwright_core::{Input, Part, Seed};
    use std::collections::BTreeSet;

    fn question(text: &str, dose: usize, seed: u64) -> String {
        let material = PerturbationMaterial::default();
        let situation = Situation { input: Input::text(text), extra_passages: vec![] };
        let application = Application { dose, seed: Seed(seed), material: &material };
        apply(situation, &application).unwrap().input.question()
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

    #[test]
    fn sentences_do_not_run_into_each_other() {
        assert_eq!(followed("cancel it", &["Ants walk."]), "cancel it\nAnts walk.");
        assert_eq!(followed("cancel it.", &["Ants walk."]), "cancel it. Ants walk.");
        assert_eq!(followed("cancel it", &[]), "cancel it");
    }

    #[test]
    fn a_picture_stays_where_it_is() {
        let mut input = Input::text("What is it?");
        let picture = Part::Image { url: "data:x".into() };
        input.messages[0].content.insert(0, picture.clone());
        input.messages[0].content.push(Part::Text { text: " Tell me.".into() });
        let material = PerturbationMaterial::default();
        let application = Application { dose: 30, seed: Seed(1), material: &material };
        let situation = apply(Situation { input, extra_passages: vec![] }, &application).unwrap();
        let content = &situation.input.messages[0].content;
        assert_eq!((content.len(), &content[0]), (3, &picture));
        assert!(matches!(&content[1], Part::Text { text } if text.ends_with("What is it?")));
        assert!(matches!(&content[2], Part::Text { text } if text.starts_with(" Tell me. ")));
    }

    #[test]
    fn needs_a_question() {
        let mut input = Input::text("x");
        input.messages.clear();
        let material = PerturbationMaterial::default();
        let application = Application { dose: 1, seed: Seed(1), material: &material };
        let outcome = apply(Situation { input, extra_passages: vec![] }, &application);
        assert_eq!(outcome, Err(PerturbError::NoQuestion { name: "ants" }));
    }
}
