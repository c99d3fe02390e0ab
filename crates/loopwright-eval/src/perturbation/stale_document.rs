#![doc = include_str!("../../doc/perturbation/stale_document.md")]

use loopwright_core::FoundPassage;
use loopwright_stats::SeededRng;

use super::{Application, Invariant, PerturbationKind, PerturbationMaterial, Situation, near_misses, passages};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "stale_document",
    title: "out-of-date versions of the passages found",
    doc: include_str!("../../doc/perturbation/stale_document.md"),
    dose_meaning: "versions added at most",
    most: 10,
    invariant: Invariant::Everything,
    needs: "an agent with knowledge whose search shows a passage with a number in it",
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    passages::changed(situation, application, |mut passages| {
        let stale: Vec<FoundPassage> = (1..=application.dose)
            .flat_map(|version| passages.iter().map(move |passage| (version, passage)))
            .filter_map(|(version, passage)| outdated(passage, version, &mut rng))
            .filter(|stale| !answers(stale, application.material))
            .take(application.dose)
            .collect();
        passages.extend(stale);
        passages
    })
}

/// An earlier version of `passage`, which says of itself that it is one; `None` when there is no number to be another.
fn outdated(passage: &FoundPassage, version: usize, rng: &mut SeededRng) -> Option<FoundPassage> {
    let text = other_numbers(&passage.text, rng);
    (text != passage.text).then(|| FoundPassage {
        source: format!("archive-{version}/{}", passage.source),
        text: format!("OUT OF DATE, no longer in force, kept for the record only. {text}"),
        ..passage.clone()
    })
}

/// `text` with each run of digits as another one of the same length.
fn other_numbers(text: &str, rng: &mut SeededRng) -> String {
    let shift = 1 + rng.below(8);
    let digit = |c: char| match c.to_digit(10) {
        // A first digit never becomes a 0, and no digit stays what it was.
        Some(0) => char::from_digit(shift as u32, 10).unwrap_or(c),
        Some(digit) => char::from_digit((digit - 1 + shift as u32) % 9 + 1, 10).unwrap_or(c),
        None => c,
    };
    text.chars().map(digit).collect()
}

/// Whether the version would do as an answer all the same: then what is right could not be told from what was.
fn answers(stale: &FoundPassage, material: &PerturbationMaterial<'_>) -> bool {
    near_misses::may_answer(stale, &PerturbationMaterial { gold: &[], ..*material })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_becomes_another_of_the_same_length() {
        for seed in 0..40 {
            let text = other_numbers("From 09:30 for £3.95, Ünits 100.", &mut SeededRng::new(seed));
            let same = text.chars().zip("From 09:30 for £3.95, Ünits 100.".chars()).filter(|(a, b)| a == b);
            assert!(same.clone().all(|(a, _)| !a.is_ascii_digit()) && same.count() == 22, "{text}");
        }
    }
}
