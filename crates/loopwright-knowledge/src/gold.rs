//! Gold evidence: where in the documents the answer stands.

use loopwright_core::{FoundPassage, GoldPassage};
use serde::{Deserialize, Serialize};

use crate::{Corpus, Document};

/// The characters of a document that hold evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GoldSpan {
    /// The document.
    pub source: String,
    /// First character (Unicode code points).
    pub start: usize,
    /// Past-the-end character.
    pub end: usize,
}

impl GoldSpan {
    /// Characters of evidence.
    pub fn len(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether there is no evidence in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Characters of evidence that `passage` holds.
    pub fn overlap(&self, passage: &FoundPassage) -> usize {
        if self.source != passage.source {
            return 0;
        }
        self.end.min(passage.end).saturating_sub(self.start.max(passage.start))
    }

    /// Whether `passage` is relevant to this evidence: it holds at least half of it, or, of evidence longer than the
    /// passage, at least half of the passage is evidence. Touching its edge is not enough.
    pub fn is_met_by(&self, passage: &FoundPassage) -> bool {
        let overlap = self.overlap(passage);
        0 < overlap && self.len().min(passage.end.saturating_sub(passage.start)) <= 2 * overlap
    }
}

/// A gold passage that is not where it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocateError {
    /// No such document.
    #[error("the knowledge has no document `{source_name}`{hint}")]
    UnknownSource {
        /// Its name.
        source_name: String,
        /// A question that names the nearest; may be empty.
        hint: String,
    },
    /// The quote does not stand in the document.
    #[error("`{source_name}` does not hold the words `{quote}`; quote it exactly")]
    QuoteMissing {
        /// The document.
        source_name: String,
        /// The quote, shortened.
        quote: String,
    },
    /// The quote stands there more than once.
    #[error("`{source_name}` holds the words `{quote}` {count} times; quote more, or give a `span`")]
    QuoteRepeated {
        /// The document.
        source_name: String,
        /// The quote, shortened.
        quote: String,
        /// How often.
        count: usize,
    },
    /// The span is empty or reaches past the end.
    #[error("the span {start}..{end} is not within `{source_name}`, which has {length} characters")]
    SpanOutside {
        /// The document.
        source_name: String,
        /// First character.
        start: usize,
        /// Past-the-end character.
        end: usize,
        /// Characters of the document.
        length: usize,
    },
    /// Quote and span are both given, or neither.
    #[error("a gold passage of `{source_name}` needs either a `quote` or a `span`, and not both")]
    QuoteOrSpan {
        /// The document.
        source_name: String,
    },
}

/// Finds the characters that `gold` means. A quote must stand exactly once in its document, where each run of white
/// space equals each other, so that a quote may run over a line's end.
///
/// # Errors
/// [`LocateError`], which says what to change.
pub fn locate(corpus: &Corpus, gold: &GoldPassage) -> Result<GoldSpan, LocateError> {
    let source_name = gold.source.clone();
    let Some(document) = corpus.document(&gold.source) else {
        return Err(LocateError::UnknownSource { hint: corpus.hint(&gold.source), source_name });
    };
    let (start, end) = match (&gold.quote, gold.span) {
        (Some(quote), None) => quoted(document, quote)?,
        (None, Some((start, end))) => {
            let length = document.text.chars().count();
            if end <= start || length < end {
                return Err(LocateError::SpanOutside { source_name, start, end, length });
            }
            (start, end)
        }
        (Some(_), Some(_)) | (None, None) => return Err(LocateError::QuoteOrSpan { source_name }),
    };
    Ok(GoldSpan { source: source_name, start, end })
}

/// First and past-the-end character of the only place where `quote` stands.
fn quoted(document: &Document, quote: &str) -> Result<(usize, usize), LocateError> {
    let source_name = document.source.clone();
    let shortened = || match quote.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &quote[..cut]),
        None => quote.to_owned(),
    };
    let (needle, _) = folded(quote);
    let (haystack, places) = folded(&document.text);
    let needle = needle.trim();
    let found: Vec<usize> = if needle.is_empty() { vec![] } else { occurrences(&haystack, needle) };
    match found[..] {
        [at] => {
            let first = haystack[..at].chars().count();
            let last = first + needle.chars().count() - 1;
            Ok((places[first], places[last] + 1))
        }
        [] => Err(LocateError::QuoteMissing { source_name, quote: shortened() }),
        _ => Err(LocateError::QuoteRepeated { source_name, quote: shortened(), count: found.len() }),
    }
}

/// All places of `needle`, overlapping ones too.
fn occurrences(haystack: &str, needle: &str) -> Vec<usize> {
    let step = needle.chars().next().map_or(1, char::len_utf8);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = haystack[from..].find(needle) {
        found.push(from + at);
        from += at + step;
    }
    found
}

/// `text` with each run of white space as one space, and for each character of that its place in `text`.
fn folded(text: &str) -> (String, Vec<usize>) {
    let (mut out, mut places) = (String::with_capacity(text.len()), Vec::new());
    let mut in_space = false;
    for (place, character) in text.chars().enumerate() {
        let space = character.is_whitespace();
        if !(space && in_space) {
            out.push(if space { ' ' } else { character });
            places.push(place);
        }
        in_space = space;
    }
    (out, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(quote: Option<&str>, span: Option<(usize, usize)>) -> Result<(usize, usize), String> {
        let text = "Café  rules:\nwithin 30\n  days. No, no. Aaa".to_owned();
        let corpus = Corpus::new(vec![Document { source: "docs/a.md".into(), text }]).unwrap();
        let gold = GoldPassage { source: "docs/a.md".into(), quote: quote.map(str::to_owned), span };
        locate(&corpus, &gold).map(|gold| (gold.start, gold.end)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_quote_may_cross_lines_and_counts_characters() {
        assert_eq!(find(Some("Café rules"), None), Ok((0, 11)));
        assert_eq!(find(Some(" within 30 days. "), None), Ok((13, 30)));
        assert_eq!(find(None, Some((13, 30))), Ok((13, 30)));
    }

    #[test]
    fn a_bad_gold_passage_says_what_to_do() {
        assert!(find(Some("o"), None).unwrap_err().ends_with("2 times; quote more, or give a `span`"));
        assert!(find(Some("tea"), None).unwrap_err().ends_with("quote it exactly"));
        assert!(find(Some("  "), None).is_err());
        assert!(find(None, Some((40, 99))).unwrap_err().contains("which has 42 characters"));
        assert!(find(None, Some((5, 5))).is_err());
        assert!(find(None, None).unwrap_err().contains("either a `quote` or a `span`"));
        let corpus = Corpus::new(vec![Document { source: "docs/a.md".into(), text: String::new() }]).unwrap();
        let gold = GoldPassage { source: "doc/a.md".into(), quote: Some("x".into()), span: None };
        assert!(locate(&corpus, &gold).unwrap_err().to_string().ends_with("did you mean `docs/a.md`?"));
    }

    #[test]
    fn overlapping_places_count() {
        assert_eq!(occurrences("aaa", "aa"), [0, 1]);
        assert_eq!(occurrences("éé", "é"), [0, 2]);
    }

    #[test]
    fn half_of_the_evidence_is_needed() {
        let gold = GoldSpan { source: "a".into(), start: 10, end: 20 };
        let passage = |start, end| FoundPassage { source: "a".into(), start, end, score: 1.0, text: String::new() };
        assert!(gold.is_met_by(&passage(0, 15)) && !gold.is_met_by(&passage(0, 14)));
        assert!(gold.is_met_by(&passage(12, 14)) && !gold.is_met_by(&passage(20, 30)));
        assert!(!gold.is_met_by(&FoundPassage { source: "b".into(), ..passage(0, 30) }));
    }
}
