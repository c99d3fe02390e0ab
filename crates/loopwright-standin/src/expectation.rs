//! What form of thing a question asks for, read from its question words.

use crate::lexicon::{Lexicon, Term};
use crate::table::WordTable;

/// The form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// How many, how much, how long.
    Number,
    /// When.
    Time,
    /// Where.
    Place,
    /// Who.
    Person,
    /// All that match.
    List,
    /// Nothing in particular.
    Any,
}

const CUES: &[(Expected, &[&str])] = &[
    (
        Expected::Number,
        &[
            "how many",
            "how much",
            "how long",
            "how far",
            "how old",
            "how heavy",
            "how big",
            "how often",
            "what price",
            "the price",
            "what does it cost",
            "cost",
            "number of",
            "percent",
            "total",
            "how late",
            "how early",
        ],
    ),
    (Expected::Time, &["when", "what date", "which day", "what day", "what time", "until what", "deadline"]),
    (Expected::Place, &["where", "which city", "what address", "which country"]),
    (Expected::Person, &["who", "whose", "whom"]),
    (Expected::List, &["which", "what are", "list", "show me all", "all my", "all of", "every"]),
];

impl Expected {
    /// Reads the question words of `question`.
    pub(crate) fn of(question: &str) -> Self {
        let lower = format!(" {} ", question.to_ascii_lowercase().replace(['?', '.', ',', '!', '\n'], " "));
        let cue = |phrase: &&str| lower.match_indices(*phrase).any(|(at, _)| whole(&lower, at, phrase.len()));
        CUES.iter().find(|(_, phrases)| phrases.iter().any(cue)).map_or(Self::Any, |(kind, _)| *kind)
    }

    /// Whether `text`, which has these `words`, holds a thing of this form.
    pub(crate) fn fits(self, lexicon: &Lexicon, text: &str, words: &[Term]) -> bool {
        let digits = || words.iter().any(|term| lexicon.has_digits(*term));
        let listed = |list| words.iter().any(|term| WORDS.all(lexicon.stem(*term)).any(|held| held == list));
        match self {
            Self::Number => digits() || listed(0),
            Self::Time => digits() || listed(1),
            Self::Place | Self::Person => text.split_whitespace().skip(1).any(starts_upper),
            Self::List | Self::Any => false,
        }
    }

    /// Whether a field of this name usually holds a thing of this form.
    pub(crate) fn fits_field(self, name: &str) -> bool {
        let words: &[&str] = match self {
            Self::Number => &["total", "price", "amount", "cost", "quantity", "count", "stock", "points", "balance"],
            Self::Time => &["date", "on", "at", "eta", "until", "due", "expires", "since", "time", "when"],
            Self::Place => &["address", "location", "city", "country", "place", "store", "status", "where"],
            Self::Person => &["name", "customer", "owner", "author", "agent"],
            Self::List | Self::Any => &[],
        };
        name.split(['_', ' ', '-']).any(|part| words.contains(&part.to_ascii_lowercase().as_str()))
    }
}

static WORDS: WordTable<128> = WordTable::new(
    &[
        &["one two three four five six seven eight nine ten twelve half free nothing"],
        &[
            "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august",
            "september october november december day week month noon midnight today tomorrow",
        ],
    ],
    true,
);

fn whole(text: &str, at: usize, len: usize) -> bool {
    let bytes = text.as_bytes();
    let edge = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    edge(at.checked_sub(1)) && edge(Some(at + len))
}

fn starts_upper(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn question_words_say_the_form() {
        assert_eq!(Expected::of("How long do I have to send it back?"), Expected::Number);
        assert_eq!(Expected::of("When does the store open?"), Expected::Time);
        assert_eq!(Expected::of("Where is my parcel?"), Expected::Place);
        assert_eq!(Expected::of("Whenever possible, is it wool?"), Expected::Any);
        let fits = |expected: Expected, text: &str| {
            let mut lexicon = Lexicon::new(Profile::named("mid").unwrap());
            let words = lexicon.read(text);
            expected.fits(&lexicon, text, &words)
        };
        assert!(fits(Expected::Number, "Within 30 days.") && !fits(Expected::Number, "Within reason."));
        assert!(fits(Expected::Time, "On Mondays.") && fits(Expected::Place, "It is in Oslo."));
        assert!(Expected::Time.fits_field("shipped_on") && !Expected::Time.fits_field("status"));
    }
}
