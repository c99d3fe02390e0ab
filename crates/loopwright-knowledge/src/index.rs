//! The index: chunks, and for each term the chunks that hold it. Immutable; share it in an `Arc`.

use std::collections::HashMap;

use loopwright_core::{Digest, FoundPassage};

use crate::{Analyser, Chunk, Corpus, Document, GoldSpan, KnowledgePart, analyser, chunks};

/// A searchable corpus. Depends on the corpus and on what [`KnowledgePart::index_key`] covers, on nothing else.
#[derive(Debug)]
pub struct Index {
    corpus: Corpus,
    analyser: Analyser,
    chunks: Vec<PlacedChunk>,
    terms: HashMap<String, usize>,
    postings: Vec<Vec<Posting>>,
    average_length: f64,
}

/// A chunk with its document and its length in terms.
#[derive(Debug)]
struct PlacedChunk {
    document: usize,
    chunk: Chunk,
    length: u32,
}

/// A chunk holds a term `count` times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    pub(crate) chunk: u32,
    pub(crate) count: u32,
}

/// The corpus cannot be indexed as the part says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// The documents are not the ones that the variant was pinned to.
    #[error("the documents have the digest `{}`, but the variant pins `{}`; they were changed since", found.short(), pinned.short())]
    OtherCorpus {
        /// Digest of the documents at hand.
        found: Digest,
        /// Digest in the variant.
        pinned: Digest,
    },
    /// A document to search is not in the corpus.
    #[error("the knowledge has no document `{source_name}`{hint}")]
    UnknownSource {
        /// Its name.
        source_name: String,
        /// A question that names the nearest; may be empty.
        hint: String,
    },
}

impl Index {
    /// Cuts and analyses `corpus` as `part` says.
    ///
    /// # Errors
    /// [`IndexError`] when the part is not about this corpus.
    pub fn build(corpus: &Corpus, part: &KnowledgePart) -> Result<Index, IndexError> {
        if corpus.digest() != part.corpus {
            return Err(IndexError::OtherCorpus { found: corpus.digest(), pinned: part.corpus });
        }
        let analyser = Analyser::new(part.search.stem, part.search.stop_words);
        let mut terms = TermTable { analyser: &analyser, of_word: HashMap::new(), of_term: HashMap::new() };
        let (mut placed, mut postings) = (Vec::new(), Vec::<Vec<Posting>>::new());
        for position in searched(corpus, &part.sources)? {
            let document = &corpus.documents()[position];
            for chunk in chunks(document, &part.chunk) {
                let counts = terms.counts(&chunk, document);
                let number = u32::try_from(placed.len()).unwrap_or(u32::MAX);
                postings.resize_with(terms.of_term.len(), Vec::new);
                for (term, count) in &counts {
                    postings[*term].push(Posting { chunk: number, count: *count });
                }
                let length = counts.iter().map(|(_, count)| count).sum();
                placed.push(PlacedChunk { document: position, chunk, length });
            }
        }
        let total: f64 = placed.iter().map(|placed| f64::from(placed.length)).sum();
        let terms = terms.of_term;
        let average_length = total / placed.len().max(1) as f64;
        Ok(Index { corpus: corpus.clone(), analyser, chunks: placed, terms, postings, average_length })
    }

    /// What was indexed.
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// How many chunks there are.
    pub fn len(&self) -> usize {
        self.chunks.len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Every chunk as a passage with its text and a score of 0, in order of source and place.
    pub fn passages(&self) -> impl Iterator<Item = FoundPassage> {
        (0..self.chunks.len()).map(|number| FoundPassage { text: self.text(number), ..self.passage(number, 0.0) })
    }

    /// The chunks that hold the evidence `gold` ([`GoldSpan::is_met_by`]), with their text and, as score, the share of
    /// it that each covers; the most first. What an oracle would have shown; empty when the chunking scattered the
    /// evidence.
    pub fn holding(&self, gold: &GoldSpan) -> Vec<FoundPassage> {
        let scored = self.passages().map(|passage| {
            let share = gold.overlap(&passage) as f64 / gold.len().max(1) as f64;
            FoundPassage { score: share, ..passage }
        });
        let mut held: Vec<FoundPassage> = scored.filter(|passage| gold.is_met_by(passage)).collect();
        held.sort_by(crate::retrieved::by_rank);
        held
    }

    pub(crate) fn analyser(&self) -> &Analyser {
        &self.analyser
    }

    pub(crate) fn postings(&self, term: &str) -> &[Posting] {
        self.terms.get(term).map_or(&[], |number| &self.postings[*number])
    }

    /// The length of a chunk over the mean length.
    pub(crate) fn relative_length(&self, chunk: usize) -> f64 {
        f64::from(self.chunks[chunk].length) / self.average_length
    }

    /// A chunk without its text.
    pub(crate) fn passage(&self, number: usize, score: f64) -> FoundPassage {
        let PlacedChunk { document, chunk, .. } = &self.chunks[number];
        let source = self.corpus.documents()[*document].source.clone();
        FoundPassage { source, start: chunk.start, end: chunk.end, score, text: String::new() }
    }

    /// The text of a chunk as the model is shown it: under its header, where there is one.
    pub(crate) fn text(&self, number: usize) -> String {
        let PlacedChunk { document, chunk, .. } = &self.chunks[number];
        let text = chunk.text(&self.corpus.documents()[*document]);
        if chunk.header.is_empty() { text.to_owned() } else { format!("{}\n{text}", chunk.header) }
    }
}

/// Positions of the documents named, in the order of the corpus; all when none is named.
fn searched(corpus: &Corpus, sources: &[String]) -> Result<Vec<usize>, IndexError> {
    if sources.is_empty() {
        return Ok((0..corpus.documents().len()).collect());
    }
    let position = |source: &String| {
        corpus
            .position(source)
            .ok_or_else(|| IndexError::UnknownSource { source_name: source.clone(), hint: corpus.hint(source) })
    };
    let mut positions = sources.iter().map(position).collect::<Result<Vec<_>, _>>()?;
    positions.sort_unstable();
    positions.dedup();
    Ok(positions)
}

/// Numbers terms while an index is built. Each distinct word is stemmed once.
struct TermTable<'a> {
    analyser: &'a Analyser,
    of_word: HashMap<String, Option<usize>>,
    of_term: HashMap<String, usize>,
}

impl TermTable<'_> {
    /// The terms of a chunk and of its header, each with how often it stands there, by number.
    fn counts(&mut self, chunk: &Chunk, document: &Document) -> Vec<(usize, u32)> {
        let words = analyser::words(&chunk.header).chain(analyser::words(chunk.text(document)));
        let mut numbers: Vec<usize> = words.filter_map(|word| self.number(word)).collect();
        numbers.sort_unstable();
        let count = |run: &[usize]| (run[0], u32::try_from(run.len()).unwrap_or(u32::MAX));
        numbers.chunk_by(|a, b| a == b).map(count).collect()
    }

    fn number(&mut self, word: &str) -> Option<usize> {
        let word = analyser::lower(word);
        if let Some(known) = self.of_word.get(&word) {
            return *known;
        }
        let next = self.of_term.len();
        let number = self.analyser.term(&word).map(|term| *self.of_term.entry(term).or_insert(next));
        self.of_word.insert(word, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus() -> Corpus {
        let page = |source: &str, text: &str| Document { source: source.into(), text: text.into() };
        Corpus::new(vec![page("docs/returns.md", "# Returns\n\nThirty days."), page("docs/refunds.md", "Money.")])
            .unwrap()
    }

    #[test]
    fn refuses_what_it_was_not_made_for() {
        let other = KnowledgePart::new(Digest::of_bytes(b"other"));
        let error = Index::build(&corpus(), &other).unwrap_err().to_string();
        assert!(error.contains("they were changed since"), "{error}");
        let part = KnowledgePart { sources: vec!["docs/return.md".into()], ..KnowledgePart::new(corpus().digest()) };
        let error = Index::build(&corpus(), &part).unwrap_err().to_string();
        assert_eq!(error, "the knowledge has no document `docs/return.md`; did you mean `docs/returns.md`?");
    }

    #[test]
    fn holds_only_the_sources_named() {
        let part = KnowledgePart { sources: vec!["docs/returns.md".into()], ..KnowledgePart::new(corpus().digest()) };
        let index = Index::build(&corpus(), &part).unwrap();
        assert_eq!(index.len(), 1);
        assert_eq!(index.passages().next().unwrap().text, "# Returns\n\nThirty days.");
        assert!(
            Index::build(&Corpus::new(vec![]).unwrap(), &KnowledgePart::new(Corpus::new(vec![]).unwrap().digest()))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn shows_what_an_oracle_would_show() {
        let index = Index::build(&corpus(), &KnowledgePart::new(corpus().digest())).unwrap();
        let gold = GoldSpan { source: "docs/returns.md".into(), start: 11, end: 23 };
        let held = index.holding(&gold);
        assert_eq!((held.len(), held[0].score), (1, 1.0));
        assert!(index.holding(&GoldSpan { source: "docs/refunds.md".into(), start: 90, end: 99 }).is_empty());
    }
}
