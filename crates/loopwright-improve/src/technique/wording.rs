//! What techniques know of words: which carry meaning, which tell two sets of questions apart, and what must not be copied.

use std::collections::{BTreeMap, BTreeSet};

use loopwright_knowledge::Analyser;

use crate::Evidence;
use crate::signal::answer::repeats;

/// As many words of a dev question in a row are a copy of it.
const COPIED_RUN: usize = 5;

/// Words that stand in any question, beside the stop words of the analyser.
const EMPTY_WORDS: [&str; 62] = [
    "about", "again", "all", "already", "also", "am", "any", "anything", "back", "been", "can", "could", "did", "do",
    "does", "don't", "from", "get", "give", "got", "had", "has", "have", "hello", "help", "hi", "how", "i", "i'd",
    "i'm", "i've", "its", "just", "let", "like", "long", "many", "may", "me", "much", "must", "my", "need", "now",
    "off", "one", "out", "please", "should", "so", "some", "still", "tell", "than", "want", "what", "when", "where",
    "which", "would", "you", "your",
];

/// The words of `text` that carry meaning, each once: no digits, no words that any question holds.
pub(super) fn content_words(text: &str) -> BTreeSet<String> {
    let terms = Analyser::new(false, true).terms(text);
    let carries = |word: &String| {
        3 <= word.chars().count() && word.chars().all(char::is_alphabetic) && !EMPTY_WORDS.contains(&word.as_str())
    };
    terms.into_iter().filter(carries).collect()
}

/// The words that tell `these` questions from `those`, most telling first, at most `most`: by the log-odds of the share of
/// questions that hold the word, with ½ added to each count (Agresti 2013, §3.1). Only words of two questions and more,
/// so that no name of a single case is among them.
pub(super) fn telling_words(these: &[&BTreeSet<String>], those: &[&BTreeSet<String>], most: usize) -> Vec<String> {
    let (here, there) = (counts(these), counts(those));
    let log_odds = |count: usize, total: usize| ((count as f64 + 0.5) / ((total - count) as f64 + 0.5)).ln();
    let mut scored: Vec<(f64, &str)> = here
        .iter()
        .filter(|(_, count)| 2 <= **count)
        .map(|(word, count)| {
            let elsewhere = there.get(word).copied().unwrap_or(0);
            (log_odds(*count, these.len()) - log_odds(elsewhere, those.len()), *word)
        })
        .filter(|(score, _)| 1.0 < *score)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.into_iter().take(most).map(|(_, word)| word.to_owned()).collect()
}

fn counts<'a>(questions: &[&'a BTreeSet<String>]) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for word in questions.iter().copied().flatten() {
        *counts.entry(word.as_str()).or_insert(0) += 1;
    }
    counts
}

/// Whether `text` repeats five words in a row of a dev question. Such a text would answer the questions that were looked
/// at and no others.
pub(super) fn copies_a_question(text: &str, evidence: &Evidence) -> bool {
    evidence.by_case().iter().any(|(case, _)| repeats(text, &case.input.question(), COPIED_RUN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_both_sides_hold_tell_nothing() {
        let parcels = ["Where is my parcel now?", "When does my parcel arrive?", "Has the parcel A-1042 left?"];
        let refunds = ["Refund my order", "I want a refund for a parcel"];
        let words = |texts: &[&str]| texts.iter().map(|text| content_words(text)).collect::<Vec<_>>();
        let (parcels, refunds) = (words(&parcels), words(&refunds));
        let told = |these: &[BTreeSet<String>], those: &[BTreeSet<String>]| {
            telling_words(&these.iter().collect::<Vec<_>>(), &those.iter().collect::<Vec<_>>(), 4)
        };
        assert_eq!(told(&parcels, &refunds), ["parcel"]);
        assert_eq!(told(&refunds, &parcels), ["refund"]);
        assert!(told(&parcels, &parcels).is_empty());
    }

    #[test]
    fn the_list_is_sorted_and_lower_case() {
        assert!(EMPTY_WORDS.is_sorted() && EMPTY_WORDS.iter().all(|word| *word == word.to_lowercase()));
    }
}
