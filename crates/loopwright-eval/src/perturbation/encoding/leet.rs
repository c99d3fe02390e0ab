//! Leetspeak: digits and signs for letters that look like them.

use crate::perturbation::{rewrite, spared};

const LETTERS: [(char, char); 7] = [('a', '4'), ('e', '3'), ('i', '1'), ('o', '0'), ('s', '5'), ('t', '7'), ('g', '9')];

/// `text` with each letter that has a like as that. Codes stay: among digits their letters could not be told apart.
pub(super) fn encode(text: &str) -> String {
    rewrite::each(text, spared::plain_words(text), |word| word.chars().map(like).collect())
}

fn like(letter: char) -> char {
    let small = letter.to_ascii_lowercase();
    LETTERS.iter().find(|(plain, _)| *plain == small).map_or(letter, |(_, like)| *like)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_alone_are_written_so() {
        assert_eq!(encode("Cancel B-22, \"Blue pan\" please."), "C4nc3l B-22, \"Blue pan\" pl3453.");
    }
}
