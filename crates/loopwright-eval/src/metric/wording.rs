//! Wording that does not matter: case, white space, and the typographic forms of quotes, dashes and spaces.

/// `text` with typographic quotes, dashes and spaces in their plain forms, and without characters of no width.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
        .map(plain_char)
        .collect()
}

fn plain_char(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' => '\'',
        '“' | '”' | '„' | '‟' | '″' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// `text` in its plain form, in lower case, each run of white space as one space, and none at the ends.
pub(super) fn folded(text: &str) -> String {
    plain(text).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `haystack` contains `needle`, both folded. A number that begins or ends the needle is a whole number of the
/// haystack: `30` is not contained in `130`, `1,300` or `30.5`.
pub(super) fn contains(haystack: &str, needle: &str) -> bool {
    let mut places = haystack.match_indices(needle).map(|(at, _)| (at, at + needle.len()));
    // Overlapping places are passed over, which matters only where a needle repeats its own beginning.
    places.any(|(start, end)| {
        let before = !starts_with_digit(needle.chars()) || !ends_in_number(&haystack[..start]);
        let after = !starts_with_digit(needle.chars().rev()) || !goes_on_as_number(&haystack[end..]);
        before && after
    })
}

/// Whether `text` holds the words of `phrase`, both folded: `as an ai` does not stand in `was an aircraft`.
pub(super) fn has_phrase(text: &str, phrase: &str) -> bool {
    behind_phrase(text, phrase).any(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// As [`has_phrase`], where the last word may go on: `i found no` begins `i found nothing`.
pub(super) fn begins_phrase(text: &str, phrase: &str) -> bool {
    behind_phrase(text, phrase).next().is_some()
}

/// What follows `phrase` in `text`, wherever it begins with a word.
fn behind_phrase<'a>(text: &'a str, phrase: &'a str) -> impl Iterator<Item = &'a str> {
    let places = text.match_indices(phrase).filter(|(at, _)| !text[..*at].ends_with(char::is_alphanumeric));
    places.map(|(at, _)| &text[at + phrase.len()..])
}

fn starts_with_digit(mut chars: impl Iterator<Item = char>) -> bool {
    chars.next().is_some_and(|c| c.is_ascii_digit())
}

fn ends_in_number(text: &str) -> bool {
    let mut back = text.chars().rev();
    match back.next() {
        Some('.' | ',') => starts_with_digit(back),
        last => last.is_some_and(|c| c.is_ascii_digit()),
    }
}

fn goes_on_as_number(text: &str) -> bool {
    let mut ahead = text.chars();
    match ahead.next() {
        Some('.' | ',') => starts_with_digit(ahead),
        first => first.is_some_and(|c| c.is_ascii_digit()),
    }
}

/// `text` without its citations, such as `[2]` or `[1, 3]`.
pub(super) fn without_citations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let close = rest[open..].find(']').map(|at| open + at + 1);
        let is_citation = close.is_some_and(|close| {
            !rest[open + 1..close].contains('[') && !loopwright_knowledge::cited(&rest[open..close]).is_empty()
        });
        let end = if is_citation { open } else { open + 1 };
        out.push_str(&rest[..end]);
        rest = &rest[close.filter(|_| is_citation).unwrap_or(end)..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_what_does_not_matter() {
        assert_eq!(folded("  Don’t\u{a0}\u{a0}stop —\nNOW “x”\u{200b} "), "don't stop - now \"x\"");
    }

    #[test]
    fn numbers_are_whole() {
        for (haystack, needle, held) in [
            ("within 30 days", "30", true),
            ("within 130 days", "30", false),
            ("30.5 kg", "30", false),
            ("1,300 kg", "300", false),
            ("it is £30.", "£30", true),
            ("it is £30, or more", "£30", true),
            ("a-1042", "1042", true),
            ("130 or 30", "30", true),
            ("open", "pen", true),
        ] {
            assert_eq!(contains(haystack, needle), held, "{needle} in {haystack}");
        }
    }

    #[test]
    fn phrases_are_of_whole_words() {
        assert!(has_phrase("so, as an ai: no", "as an ai") && !has_phrase("it was an aircraft", "as an ai"));
        assert!(!has_phrase("i found nothing", "i found no") && begins_phrase("i found nothing", "i found no"));
        assert!(!begins_phrase("hi found no", "i found no"));
    }

    #[test]
    fn citations_go_and_other_brackets_stay() {
        assert_eq!(without_citations("Free.[2] See [a] [1, 3]."), "Free. See [a] .");
        assert_eq!(without_citations("[x [4] é["), "[x  é[");
    }
}
