//! The `knowledge` part of a variant: what is searched, and how.

use loopwright_core::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SearchParams;

/// The `knowledge` part of a variant. Absent fields take the defaults of [`KnowledgePart::new`].
///
/// ```
/// use loopwright_knowledge::{ChunkBy, KnowledgePart};
/// let digest = loopwright_core::Digest::of_bytes(b"corpus").to_string();
/// let part = KnowledgePart::parse(&serde_json::json!({"corpus": digest, "chunk": {"by": "heading"}}))?;
/// assert_eq!((part.chunk.by, part.chunk.size, part.top_k), (ChunkBy::Heading, 180, 4));
/// # Ok::<(), loopwright_knowledge::KnowledgePartError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnowledgePart {
    /// Digest of the corpus ([`crate::Corpus::digest`]).
    pub corpus: Digest,
    /// The documents that are searched, by name; all of the corpus when empty.
    #[serde(default)]
    pub sources: Vec<String>,
    /// How documents are cut into chunks.
    #[serde(default)]
    pub chunk: ChunkRule,
    /// How chunks are scored against a query.
    #[serde(default)]
    pub search: LexicalRule,
    /// How many passages the model is shown at most, 1 to 50.
    #[serde(default = "default_top_k")]
    pub top_k: usize,
    /// Passages below this share of the best score are not shown, 0 to 1.
    #[serde(default)]
    pub threshold: f64,
    /// In what order the model is shown them.
    #[serde(default)]
    pub order: Order,
}

/// How documents are cut into chunks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChunkRule {
    /// Where the cuts are made.
    pub by: ChunkBy,
    /// Words (runs without white space) a chunk holds at most, 10 to 5000. A longer sentence is a chunk of its own, for
    /// a sentence is never split. Does not apply to `page`.
    pub size: usize,
    /// Words at most that a chunk repeats from the end of the one before, in whole sentences; at most half of `size`.
    /// Does not apply to `page`.
    pub overlap: usize,
    /// Whether the trail of headings above a chunk is searched and shown with it.
    pub header: bool,
}

/// Where documents are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChunkBy {
    /// After `size` words, wherever that is.
    Words,
    /// At each heading, and within a section after `size` words.
    Heading,
    /// Nowhere: a document is a chunk.
    Page,
}

/// How chunks are scored: BM25 as Lucene computes it (see [`crate::search`]) over analysed words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LexicalRule {
    /// How slowly a repeated word stops to count, 0 to 10.
    pub k1: f64,
    /// How much long chunks are discounted, 0 to 1.
    pub b: f64,
    /// Whether words are cut to their English stem (Snowball).
    pub stem: bool,
    /// Whether the 33 most common English words are left out.
    pub stop_words: bool,
}

/// In what order the model is shown the passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Best first.
    #[default]
    Relevance,
    /// Best at the two ends, worst in the middle: ranks 1, 3, 5, …, 6, 4, 2.
    EdgesFirst,
}

impl Default for ChunkRule {
    fn default() -> Self {
        Self { by: ChunkBy::Words, size: 180, overlap: 0, header: false }
    }
}

impl Default for LexicalRule {
    fn default() -> Self {
        Self { k1: 1.2, b: 0.75, stem: true, stop_words: true }
    }
}

fn default_top_k() -> usize {
    4
}

/// The value is not a `knowledge` part.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum KnowledgePartError {
    /// A field is missing, unknown or of the wrong type.
    #[error("`{place}` is not well formed: {message}")]
    Shape {
        /// Where: `knowledge`, `knowledge.chunk` or `knowledge.search`.
        place: &'static str,
        /// What is wrong.
        message: String,
    },
    /// A number is out of its range.
    #[error("`{field}` is {value}; it must be {range}")]
    Range {
        /// The field.
        field: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed.
        range: String,
    },
}

impl KnowledgePart {
    /// The default way to search the corpus with this digest.
    pub fn new(corpus: Digest) -> Self {
        Self {
            corpus,
            sources: vec![],
            chunk: ChunkRule::default(),
            search: LexicalRule::default(),
            top_k: default_top_k(),
            threshold: 0.0,
            order: Order::Relevance,
        }
    }

    /// Reads the part from a variant.
    ///
    /// # Errors
    /// [`KnowledgePartError`] with the field, and what it may be.
    pub fn parse(value: &Value) -> Result<Self, KnowledgePartError> {
        let part = Self::deserialize(value).map_err(|error| shape(value, &error))?;
        part.check()?;
        Ok(part)
    }

    /// Checks every number against its range.
    ///
    /// # Errors
    /// [`KnowledgePartError::Range`] for the first that is out of it.
    pub fn check(&self) -> Result<(), KnowledgePartError> {
        let ChunkRule { size, overlap, .. } = self.chunk;
        let ranges = [
            ("knowledge.chunk.size", size as f64, 10.0, 5000.0),
            ("knowledge.chunk.overlap", overlap as f64, 0.0, (size / 2) as f64),
            ("knowledge.search.k1", self.search.k1, 0.0, 10.0),
            ("knowledge.search.b", self.search.b, 0.0, 1.0),
            ("knowledge.top_k", self.top_k as f64, 1.0, crate::CANDIDATES as f64),
            ("knowledge.threshold", self.threshold, 0.0, 1.0),
        ];
        match ranges.into_iter().find(|(_, value, low, high)| !(low..=high).contains(&value)) {
            Some((field, value, low, high)) => {
                let half = if field.ends_with("overlap") { " (half of `size`)" } else { "" };
                Err(KnowledgePartError::Range { field, value, range: format!("from {low} to {high}{half}") })
            }
            None => Ok(()),
        }
    }

    /// The part as JSON, every field written out.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// What the index depends on. Parts with equal keys can share one [`crate::Index`].
    pub fn index_key(&self) -> Digest {
        let LexicalRule { stem, stop_words, .. } = self.search;
        Digest::of_json(&serde_json::json!({
            "corpus": self.corpus, "sources": self.sources, "chunk": self.chunk, "stem": stem, "stop_words": stop_words,
        }))
    }

    /// What one search depends on beside the index.
    pub fn search_params(&self) -> SearchParams {
        SearchParams {
            k1: self.search.k1,
            b: self.search.b,
            top_k: self.top_k,
            threshold: self.threshold,
            order: self.order,
        }
    }
}

/// Serde does not say where a fault lies, so the inner tables are tried one by one.
fn shape(value: &Value, error: &serde_json::Error) -> KnowledgePartError {
    let inner = |name: &str| value.get(name).cloned();
    if let Some(Err(error)) = inner("chunk").map(serde_json::from_value::<ChunkRule>) {
        return KnowledgePartError::Shape { place: "knowledge.chunk", message: error.to_string() };
    }
    if let Some(Err(error)) = inner("search").map(serde_json::from_value::<LexicalRule>) {
        return KnowledgePartError::Shape { place: "knowledge.search", message: error.to_string() };
    }
    KnowledgePartError::Shape { place: "knowledge", message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn whole() -> Value {
        KnowledgePart::new(Digest::of_bytes(b"c")).to_value()
    }

    fn fault(pointer: &str, value: Value) -> String {
        let mut part = whole();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        part.pointer_mut(parent).unwrap()[field] = value;
        KnowledgePart::parse(&part).unwrap_err().to_string()
    }

    #[test]
    fn reads_what_it_writes() {
        let part = KnowledgePart::parse(&whole()).unwrap();
        assert_eq!(part.to_value(), whole());
        assert_eq!(whole()["search"], json!({"k1": 1.2, "b": 0.75, "stem": true, "stop_words": true}));
        assert_eq!(whole()["order"], "relevance");
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        assert_eq!(fault("/chunk/size", json!(3)), "`knowledge.chunk.size` is 3; it must be from 10 to 5000");
        assert_eq!(
            fault("/chunk/overlap", json!(91)),
            "`knowledge.chunk.overlap` is 91; it must be from 0 to 90 (half of `size`)"
        );
        assert!(fault("/search/b", json!(1.5)).starts_with("`knowledge.search.b` is 1.5"));
        assert!(
            fault("/chunk/sizes", json!(3)).starts_with("`knowledge.chunk` is not well formed: unknown field `sizes`")
        );
        assert!(fault("/search/stem", json!("yes")).starts_with("`knowledge.search` is not well formed: invalid type"));
        assert!(fault("/order", json!("random")).contains("expected `relevance` or `edges_first`"));
        assert!(KnowledgePart::parse(&json!([])).is_err());
        assert!(KnowledgePart::parse(&json!({})).unwrap_err().to_string().contains("missing field `corpus`"));
    }

    #[test]
    fn only_what_shapes_the_index_changes_its_key() {
        let part = KnowledgePart::new(Digest::of_bytes(b"c"));
        let tuned = KnowledgePart { search: LexicalRule { k1: 2.0, ..part.search.clone() }, top_k: 9, ..part.clone() };
        assert_eq!(part.index_key(), tuned.index_key());
        let cut = KnowledgePart { chunk: ChunkRule { size: 60, ..part.chunk.clone() }, ..part.clone() };
        assert_ne!(part.index_key(), cut.index_key());
    }
}
