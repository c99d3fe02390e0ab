//! Texts as the evaluation script of SQuAD compares them.

use std::collections::BTreeMap;

use loopwright_core::AnswerRule;

use super::wording::{plain, without_citations};

/// The words of `text` in lower case, without punctuation and the articles `a`, `an`, `the`.
///
/// Punctuation is taken out, and nothing put in its place, as in the script: `well-known` is one word.
pub(super) fn words(text: &str) -> Vec<String> {
    let bare = plain(&without_citations(text)).to_lowercase();
    let bare: String = bare.chars().filter(|c| !c.is_ascii_punctuation()).collect();
    let words = bare.split_whitespace().filter(|word| !["a", "an", "the"].contains(word));
    words.map(str::to_owned).collect()
}

/// Harmonic mean of the shares of words that two texts have in common, 0 to 1. Of a text without words: 1 when the other
/// has none either, and else 0.
pub(super) fn f1(answer: &[String], gold: &[String]) -> f64 {
    if answer.is_empty() || gold.is_empty() {
        return f64::from(u8::from(answer.is_empty() && gold.is_empty()));
    }
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    gold.iter().for_each(|word| *left.entry(word).or_insert(0) += 1);
    let common = answer.iter().filter(|word| match left.get_mut(word.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    });
    2.0 * common.count() as f64 / (answer.len() + gold.len()) as f64
}

/// The texts that would be right, each on its own; none when the rule names no such text.
pub(super) fn gold_texts(rule: Option<&AnswerRule>) -> &[String] {
    match rule {
        Some(AnswerRule::Equals(text) | AnswerRule::Contains(text)) => std::slice::from_ref(text),
        Some(AnswerRule::ContainsAny(texts)) => texts,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_script() {
        assert_eq!(words("The well-known “A” team's 3.5 km, [2]"), ["wellknown", "teams", "35", "km"]);
    }

    #[test]
    fn f1_counts_each_word_once() {
        let f1 = |answer: &str, gold: &str| f1(&words(answer), &words(gold));
        assert_eq!(f1("within 30 days", "30 days"), 0.8);
        assert_eq!(f1("days days days", "days"), 0.5);
        assert_eq!((f1("x", "y"), f1("the", "a"), f1("the", "x")), (0.0, 1.0, 0.0));
    }
}
