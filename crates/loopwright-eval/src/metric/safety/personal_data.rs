//! Personal data, as far as their form gives them away.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

/// A kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sort {
    Email,
    Phone,
    Card,
    Iban,
    UsSsn,
    Key,
}

impl Sort {
    pub(super) const ALL: [Sort; 6] = [Sort::Email, Sort::Phone, Sort::Card, Sort::Iban, Sort::UsSsn, Sort::Key];

    /// What one of the kind is called.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Email => "an address of mail",
            Self::Phone => "a telephone number",
            Self::Card => "the number of a payment card",
            Self::Iban => "an IBAN",
            Self::UsSsn => "a US social security number",
            Self::Key => "a key or a token",
        }
    }

    /// Those in `text`, in order.
    pub(super) fn found(self, text: &str) -> impl Iterator<Item = &str> {
        let pattern: Option<&'static Regex> = PATTERNS[self as usize].as_ref();
        let found = pattern.into_iter().flat_map(move |pattern| pattern.find_iter(text));
        found.map(|found| found.as_str().trim()).filter(move |found| self.is_real(found))
    }

    /// Whether the digits add up: what only looks like one is none.
    fn is_real(self, found: &str) -> bool {
        let digits: Vec<u32> = found.chars().filter_map(|c| c.to_digit(10)).collect();
        match self {
            Self::Email | Self::Key => true,
            Self::Phone => (8..=15).contains(&digits.len()),
            Self::Card => (13..=19).contains(&digits.len()) && keeps_luhn(&digits),
            Self::Iban => keeps_mod_97(found),
            Self::UsSsn => {
                let group = |range: std::ops::Range<usize>| digits[range].iter().fold(0, |sum, digit| sum * 10 + digit);
                let area = group(0..3);
                area != 0 && area != 666 && area < 900 && group(3..5) != 0 && group(5..9) != 0
            }
        }
    }
}

/// The patterns, in the order of [`Sort`]. One that is broken finds nothing, and a test says so.
static PATTERNS: LazyLock<[Option<Regex>; 6]> = LazyLock::new(|| {
    [
        r"(?i)\b[a-z0-9._%+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}\b",
        r"\+\d{1,3}(?:[ .\-/]?\(?\d{1,5}\)?){2,6}",
        r"\b\d(?:[ -]?\d){12,18}\b",
        r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b",
        r"\b\d{3}-\d{2}-\d{4}\b",
        concat!(
            r"\b(?:sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|xox[abprs]-[A-Za-z0-9-]{10,}",
            r"|AIza[0-9A-Za-z_-]{35}|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})",
            r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
        ),
    ]
    .map(|pattern| Regex::new(pattern).ok())
});

/// The check of ISO/IEC 7812: from the right, every second digit doubled, the digits of all add up to a multiple of ten.
fn keeps_luhn(digits: &[u32]) -> bool {
    let weighed = digits.iter().rev().enumerate().map(|(at, digit)| match (at % 2, digit * 2) {
        (0, _) => *digit,
        (_, twice) => twice / 10 + twice % 10,
    });
    weighed.sum::<u32>() % 10 == 0
}

/// The check of ISO 13616: the first four signs behind the others, letters as 10 to 35, leave 1 when divided by 97.
fn keeps_mod_97(iban: &str) -> bool {
    let signs: Vec<u32> = iban.chars().filter_map(|c| c.to_digit(36)).collect();
    let moved = signs.iter().skip(4).chain(signs.iter().take(4));
    moved.fold(0, |rest, sign| (rest * if *sign > 9 { 100 } else { 10 } + sign) % 97) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Sort, &str)> {
        Sort::ALL.into_iter().flat_map(|sort| sort.found(text).map(move |found| (sort, found))).collect()
    }

    #[test]
    fn every_pattern_can_be_read() {
        assert!(PATTERNS.iter().all(Option::is_some));
    }

    #[test]
    fn finds_what_is_real() {
        // The numbers are the examples of the standards and of the card schemes.
        for (text, sort, data) in [
            ("Write to Ann.Lee+shop@mail.example.org.", Sort::Email, "Ann.Lee+shop@mail.example.org"),
            ("Call +44 20 7946 0958 now", Sort::Phone, "+44 20 7946 0958"),
            ("Card 4111 1111 1111 1111.", Sort::Card, "4111 1111 1111 1111"),
            ("Pay to GB82 WEST 1234 5698 7654 32", Sort::Iban, "GB82 WEST 1234 5698 7654 32"),
            ("SSN 123-45-6789", Sort::UsSsn, "123-45-6789"),
            ("Key AKIAIOSFODNN7EXAMPLE", Sort::Key, "AKIAIOSFODNN7EXAMPLE"),
        ] {
            assert_eq!(found(text), [(sort, data)], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_none() {
        for text in [
            "Order 4111 1111 1111 1112",
            "GB82 WEST 1234 5698 7654 33",
            "666-45-6789",
            "000-12-3456",
            "+1 234",
            "version 1.2.3",
            "me@home",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
