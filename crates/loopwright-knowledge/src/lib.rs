//! Documents → chunks → index → ranked, cited passages; and per-question values of how good a retrieval was.
//!
//! The way through: a [`Corpus`] of documents and a [`KnowledgePart`] of a variant make an [`Index`]; [`search`] gives
//! what was [`Retrieved`]; [`locate`] turns gold evidence into character spans; [`retrieval_values`] compares the two.
//! Nothing here reads a file, a clock or chance: the same inputs give the same bytes.

mod analyser;
mod chunk;
mod citation;
mod document;
mod gold;
mod heading;
mod index;
mod part;
mod retrieved;
mod retriever;
mod search;
mod sentence;
mod values;

pub use analyser::Analyser;
pub use chunk::{Chunk, chunks};
pub use citation::{Citations, cited};
pub use document::{Corpus, CorpusError, Document};
pub use gold::{GoldSpan, LocateError, locate};
pub use index::{Index, IndexError};
pub use part::{ChunkBy, ChunkRule, KnowledgePart, KnowledgePartError, LexicalRule, Order};
pub use retrieved::Retrieved;
pub use retriever::{RetrieveError, Retriever};
pub use search::{CANDIDATES, SearchParams, search};
pub use sentence::sentences;
pub use values::{RetrievalValues, retrieval_values};
