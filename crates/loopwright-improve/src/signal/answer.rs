//! What an answer holds: values, names, and runs of words that stand elsewhere too.

use std::collections::BTreeSet;

use loopwright_knowledge::cited;

/// Numbers that are often written as words, from two.
const NUMBER_WORDS: [&str; 11] =
    ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// The words, numbers and identifiers that a text holds, brought to one form.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    all: BTreeSet<String>,
}

impl Words {
    /// The words of all of `texts`. Numbers that are written out stand there as digits too.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all: BTreeSet<String> = texts.into_iter().flat_map(tokens).map(|token| value(&token)).collect();
        for (index, word) in NUMBER_WORDS.iter().enumerate() {
            if all.contains(*word) {
                all.insert((index + 2).to_string());
            }
        }
        Self { all }
    }

    /// Whether the value is among them.
    pub(super) fn hold(&self, value: &str) -> bool {
        self.all.contains(value)
    }
}

/// The numbers and identifiers in `answer`, in order: all tokens with a digit, its citations left out.
pub(super) fn values(answer: &str) -> Vec<String> {
    let has_digit = |token: &String| token.chars().any(|c| c.is_ascii_digit());
    tokens(&without_citations(answer)).iter().map(|token| value(token)).filter(has_digit).collect()
}

/// The names in `answer`, in lower case: words of three letters and more with a capital that begin no sentence.
pub(super) fn names(answer: &str) -> Vec<String> {
    let mut names = vec![];
    let mut begins = true;
    for word in answer.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let capital = bare.chars().next().is_some_and(char::is_uppercase);
        if !begins && capital && 3 <= bare.chars().count() && bare.chars().all(char::is_alphabetic) {
            names.push(bare.to_lowercase());
        }
        begins = word.ends_with(['.', '!', '?', ':', '"', '“']);
    }
    names
}

/// Whether `answer` repeats `length` words in a row that stand in `text`.
pub(crate) fn repeats(answer: &str, text: &str, length: usize) -> bool {
    let text = tokens(text);
    let runs: BTreeSet<&[String]> = text.windows(length).collect();
    tokens(&without_citations(answer)).windows(length).any(|run| runs.contains(run))
}

/// `answer` without its citations; other brackets stay.
pub(crate) fn without_citations(answer: &str) -> String {
    let mut out = String::new();
    let mut rest = answer;
    while let Some(open) = rest.find('[') {
        let close = rest[open..].find(']').map(|at| open + at + 1);
        let citation = close.filter(|end| !cited(&rest[open..*end]).is_empty());
        let end = citation.unwrap_or(open + 1);
        out.push_str(&rest[..if citation.is_some() { open } else { end }]);
        rest = &rest[end..];
    }
    out + rest
}

/// The words of `text` in lower case. Points, commas, colons and slashes belong to a word between digits only, hyphens
/// between letters or digits.
fn tokens(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = vec![String::new()];
    for (index, letter) in letters.iter().copied().enumerate() {
        let beside = |digit: fn(&char) -> bool| {
            0 < index && digit(&letters[index - 1]) && letters.get(index + 1).is_some_and(digit)
        };
        let joins = match letter {
            '.' | ',' | ':' | '/' => beside(char::is_ascii_digit),
            '-' => beside(|c| c.is_alphanumeric()),
            _ => letter.is_alphanumeric(),
        };
        match tokens.last_mut() {
            Some(last) if joins => last.extend(letter.to_lowercase()),
            _ => tokens.push(String::new()),
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// A number without its unit and without the commas of thousands; any other token as it is.
fn value(token: &str) -> String {
    if !token.starts_with(|c: char| c.is_ascii_digit()) {
        return token.to_owned();
    }
    let unit = token.find(|c: char| c.is_alphabetic()).unwrap_or(token.len());
    let is_unit = token[unit..].chars().all(char::is_alphabetic);
    let number = if is_unit { token[..unit].trim_end_matches('-') } else { token };
    number.replace(',', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_one_value() {
        assert_eq!(
            values("It costs £3.95, within 30-day terms (1,240 pieces of 15kg) [2]."),
            ["3.95", "30", "1240", "15"]
        );
        assert_eq!(values("Order A-1042 by 16:00 [1, 2]"), ["a-1042", "16:00"]);
        let words = Words::of([r#"{"total":"£3.95","days":3}"#, "after two weeks"]);
        assert!(["3.95", "3", "2", "weeks"].iter().all(|value| words.hold(value)));
        assert!(!words.hold("4"));
    }

    #[test]
    fn names_are_not_beginnings_of_sentences() {
        assert_eq!(
            names("Your parcel is with Northpost. Swiftline is not used. The Ludlow store"),
            ["northpost", "ludlow"]
        );
    }

    #[test]
    fn citations_go_and_other_brackets_stay() {
        assert_eq!(without_citations("Two [1, 2]. See [the page] [3]"), "Two . See [the page] ");
        assert_eq!(without_citations("open [1"), "open [1");
    }

    #[test]
    fn a_run_of_words_is_a_copy() {
        assert!(repeats("So: keep it dry, and oil it [1].", "Always keep it dry, and oil it often.", 5));
        assert!(!repeats("Keep it wet", "Always keep it dry, and oil it often.", 5));
    }
}
