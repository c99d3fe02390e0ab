//! Chunks: the pieces of a document that are searched and shown.

use std::ops::Range;

use crate::{ChunkBy, ChunkRule, Document, heading, sentences};

/// A piece of a document.
///
/// Invariant: `document.slice(start, end)` is its text, which begins and ends with a character that is not white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// First character in the document (Unicode code points).
    pub start: usize,
    /// Past-the-end character.
    pub end: usize,
    /// The headings above it, outermost first, joined by ` > `; empty unless [`ChunkRule::header`] is set.
    pub header: String,
    pub(crate) bytes: Range<usize>,
}

impl Chunk {
    /// Its own text in `document`, which must be the one it was cut from.
    pub fn text<'a>(&self, document: &'a Document) -> &'a str {
        document.text.get(self.bytes.clone()).unwrap_or_default()
    }
}

/// Cuts `document` by `rule`: chunks in order that together hold every character that is not white space.
pub fn chunks(document: &Document, rule: &ChunkRule) -> Vec<Chunk> {
    let text = &document.text;
    let pieces = sentences(text);
    let headings = if rule.header || rule.by == ChunkBy::Heading { heading::headings(text) } else { vec![] };
    let ranges = match rule.by {
        ChunkBy::Page => span(&pieces).into_iter().collect(),
        ChunkBy::Words => packed(text, &pieces, rule),
        ChunkBy::Heading => {
            sections(&pieces, &headings).into_iter().flat_map(|section| packed(text, section, rule)).collect()
        }
    };
    let mut counter = CharacterCounter { text, byte: 0, character: 0 };
    let placed = ranges.into_iter().map(|bytes| {
        let start = counter.at(bytes.start);
        let end = start + text[bytes.clone()].chars().count();
        let header = if rule.header { heading::trail(&headings, bytes.start).join(" > ") } else { String::new() };
        Chunk { start, end, header, bytes }
    });
    placed.collect()
}

/// The sentences between headings. A heading without a text of its own stays with the section below it.
fn sections<'a>(pieces: &'a [Range<usize>], headings: &[heading::Heading]) -> Vec<&'a [Range<usize>]> {
    let is_heading = |piece: &Range<usize>| headings.binary_search_by_key(&piece.start, |h| h.start).is_ok();
    let mut sections = Vec::new();
    let mut start = 0;
    for (index, piece) in pieces.iter().enumerate() {
        if index > start && is_heading(piece) && !is_heading(&pieces[index - 1]) {
            sections.push(&pieces[start..index]);
            start = index;
        }
    }
    sections.push(&pieces[start..]);
    sections
}

/// Whole sentences up to `size` words, each run beginning with up to `overlap` words of the one before.
fn packed(text: &str, pieces: &[Range<usize>], rule: &ChunkRule) -> Vec<Range<usize>> {
    let words: Vec<usize> = pieces.iter().map(|piece| text[piece.clone()].split_whitespace().count()).collect();
    let mut ranges = Vec::new();
    let (mut first, mut held) = (0, 0);
    for index in 0..pieces.len() {
        if first < index && held + words[index] > rule.size {
            ranges.extend(span(&pieces[first..index]));
            (first, held) = repeated(&words, first, index, rule);
        }
        held += words[index];
    }
    ranges.extend(span(&pieces[first..]));
    ranges
}

/// Where the next run begins so that it repeats at most `overlap` words and leaves room for the sentence at `next`, and
/// the words repeated. Always past the start of the last run, so that each run is new.
fn repeated(words: &[usize], last_first: usize, next: usize, rule: &ChunkRule) -> (usize, usize) {
    let (mut first, mut held) = (next, 0);
    while first > last_first + 1 {
        let more = held + words[first - 1];
        if more > rule.overlap || more + words[next] > rule.size {
            break;
        }
        (first, held) = (first - 1, more);
    }
    (first, held)
}

fn span(pieces: &[Range<usize>]) -> Option<Range<usize>> {
    Some(pieces.first()?.start..pieces.last()?.end)
}

/// Counts characters up to bytes that mostly grow, in one pass over the text.
struct CharacterCounter<'a> {
    text: &'a str,
    byte: usize,
    character: usize,
}

impl CharacterCounter<'_> {
    fn at(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            self.character -= self.text[byte..self.byte].chars().count();
        } else {
            self.character += self.text[self.byte..byte].chars().count();
        }
        self.byte = byte;
        self.character
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Shop\n\n## Returns\n\nOne two three four five six. Seven eight nine ten eleven. Twelve, é thirteen.\n\n\
                        ## Refunds\n\nMoney comes back.\n";

    fn cut(rule: ChunkRule) -> Vec<(String, String)> {
        let page = Document { source: "a".into(), text: PAGE.into() };
        chunks(&page, &rule).into_iter().map(|c| (c.header.clone(), page.slice(c.start, c.end).to_owned())).collect()
    }

    fn rule(by: ChunkBy, size: usize, overlap: usize, header: bool) -> ChunkRule {
        ChunkRule { by, size, overlap, header }
    }

    #[test]
    fn a_page_is_one_chunk() {
        assert_eq!(cut(rule(ChunkBy::Page, 10, 0, true)), [(String::new(), PAGE.trim().to_owned())]);
    }

    #[test]
    fn words_pack_whole_sentences() {
        let texts: Vec<String> = cut(rule(ChunkBy::Words, 10, 0, false)).into_iter().map(|(_, text)| text).collect();
        assert_eq!(
            texts,
            [
                "# Shop\n\n## Returns\n\nOne two three four five six.",
                "Seven eight nine ten eleven. Twelve, é thirteen.\n\n## Refunds",
                "Money comes back."
            ]
        );
    }

    #[test]
    fn overlap_repeats_whole_sentences() {
        let texts: Vec<String> = cut(rule(ChunkBy::Words, 10, 5, false)).into_iter().map(|(_, text)| text).collect();
        assert_eq!(
            texts,
            [
                "# Shop\n\n## Returns\n\nOne two three four five six.",
                "Seven eight nine ten eleven. Twelve, é thirteen.\n\n## Refunds",
                "Twelve, é thirteen.\n\n## Refunds\n\nMoney comes back."
            ]
        );
    }

    #[test]
    fn sections_carry_their_trail() {
        assert_eq!(
            cut(rule(ChunkBy::Heading, 12, 0, true)),
            [
                (String::new(), "# Shop\n\n## Returns\n\nOne two three four five six.".to_owned()),
                ("Shop > Returns".to_owned(), "Seven eight nine ten eleven. Twelve, é thirteen.".to_owned()),
                ("Shop".to_owned(), "## Refunds\n\nMoney comes back.".to_owned()),
            ]
        );
    }

    #[test]
    fn nothing_gives_nothing() {
        let empty = Document { source: "a".into(), text: " \n\n".into() };
        for by in [ChunkBy::Words, ChunkBy::Heading, ChunkBy::Page] {
            assert!(chunks(&empty, &rule(by, 10, 0, true)).is_empty());
        }
    }
}
