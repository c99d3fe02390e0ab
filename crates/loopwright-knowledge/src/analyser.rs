//! The analyser: from text to the terms that are matched.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

/// English words too common to tell texts apart: the list that Lucene's English analyser uses.
const STOP_WORDS: [&str; 33] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
    "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
];

/// Turns text into terms: Unicode words (UAX #29) in lower case, with stop words left out and words cut to their stem
/// where that is asked for.
///
/// ```
/// let analyser = loopwright_knowledge::Analyser::new(true, true);
/// assert_eq!(analyser.terms("Returning the order A-1042, please"), ["return", "order", "1042", "pleas"]);
/// ```
pub struct Analyser {
    stemmer: Option<Stemmer>,
    stop_words: bool,
}

impl Analyser {
    /// `stem`: the English Snowball stem of each word. `stop_words`: leave out the 33 words of Lucene's English list.
    pub fn new(stem: bool, stop_words: bool) -> Self {
        Self { stemmer: stem.then(|| Stemmer::create(Algorithm::English)), stop_words }
    }

    /// The terms of `text`, in order, repeats included.
    pub fn terms(&self, text: &str) -> Vec<String> {
        words(text).filter_map(|word| self.term(&lower(word))).collect()
    }

    /// The term of one lower-case word; `None` for a stop word.
    pub(crate) fn term(&self, word: &str) -> Option<String> {
        if self.stop_words && STOP_WORDS.binary_search(&word).is_ok() {
            return None;
        }
        let stem = self.stemmer.as_ref().map(|stemmer| stemmer.stem(word).into_owned());
        Some(stem.unwrap_or_else(|| word.to_owned()))
    }
}

impl std::fmt::Debug for Analyser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { stemmer, stop_words } = self;
        f.debug_struct("Analyser").field("stem", &stemmer.is_some()).field("stop_words", stop_words).finish()
    }
}

pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.unicode_words()
}

/// Lower case with the straight apostrophe, which is the one the stemmer knows.
pub(crate) fn lower(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_for_the_search_in_it() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn analyses_as_told() {
        let text = "The shops’ returns; it’s Café 3.5 kg, 退货";
        assert_eq!(
            Analyser::new(false, false).terms(text),
            ["the", "shops", "returns", "it's", "café", "3.5", "kg", "退", "货"]
        );
        assert_eq!(Analyser::new(true, true).terms("Biden’s policies"), ["biden", "polici"]);
        assert!(Analyser::new(true, true).terms("To be, or not: —").is_empty());
    }
}
