#![doc = include_str!("../../doc/perturbation/truncation.md")]

use super::{Application, Invariant, PerturbationKind, Situation, question, sample, spared};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "truncation",
    title: "the end of the question is lost",
    doc: include_str!("../../doc/perturbation/truncation.md"),
    dose_meaning: "per cent of the words lost",
    most: 90,
    invariant: Invariant::Nothing,
    needs: "a question of two words or more",
    apply,
};

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    question::changed(situation, |text| cut(text, application.dose).to_owned())
}

/// `text` without its last words; the first one stays.
fn cut(text: &str, per_cent: usize) -> &str {
    let words = spared::words(text);
    let lost = sample::count(words.len(), per_cent).min(words.len().saturating_sub(1));
    match words.len().checked_sub(1 + lost).filter(|_| lost > 0) {
        Some(last) => &text[..words[last].end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_go_first() {
        let text = " Where is  my parcel? ";
        assert_eq!([0, 1, 50, 90].map(|dose| cut(text, dose)), [text, " Where is  my", " Where is", " Where"]);
        assert_eq!((cut("Where?", 90), cut("", 90)), ("Where?", ""));
    }
}
