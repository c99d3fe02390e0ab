//! Pig Latin: the consonants that a word begins with go to its end, and `ay` follows; a word that begins with a vowel
//! is followed by `way`.

use crate::perturbation::{rewrite, spared};

/// `text` with its plain words so; codes and quotes stay.
pub(super) fn encode(text: &str) -> String {
    rewrite::each(text, spared::plain_words(text), turned)
}

/// The word between its punctuation, turned. One with other letters than a to z stays: its vowels are not known.
fn turned(word: &str) -> String {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
    let Some(start) = word.find(inner).filter(|_| !inner.is_empty() && inner.chars().all(|c| c.is_ascii_alphabetic()))
    else {
        return word.to_owned();
    };
    let (before, after) = (&word[..start], &word[start + inner.len()..]);
    let is_vowel = |(at, c): &(usize, char)| "aeiouAEIOU".contains(*c) || (*at > 0 && matches!(c, 'y' | 'Y'));
    let (head, tail) = inner.split_at(inner.char_indices().find(is_vowel).map_or(inner.len(), |(at, _)| at));
    let ending = if head.is_empty() { "way" } else { "ay" };
    format!("{before}{tail}{head}{ending}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_turn_and_the_rest_stays() {
        let text = encode("Where is my (string), please: A-1042 \"Blue pan\" né?");
        assert_eq!(text, "ereWhay isway ymay (ingstray), easeplay: A-1042 \"Blue pan\" né?");
    }
}
