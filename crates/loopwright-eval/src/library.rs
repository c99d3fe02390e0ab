//! What variants pin by digest alone, built once and shared by all runs: corpora, indexes and worlds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use loopwright_agent::{WorldSeed, Worlds};
use loopwright_core::Digest;
use loopwright_knowledge::{Corpus, Index, IndexError, KnowledgePart};

/// Corpora, indexes and worlds by digest. An index is built when it is first asked for.
#[derive(Debug, Default)]
pub struct Library {
    corpora: BTreeMap<Digest, Corpus>,
    worlds: Worlds,
    indexes: Mutex<BTreeMap<Digest, Arc<Index>>>,
}

impl Library {
    /// A library of `corpora` and `worlds`; worlds are known by the digest of their script.
    pub fn new(corpora: BTreeMap<Digest, Corpus>, worlds: Worlds) -> Self {
        Self { corpora, worlds, indexes: Mutex::default() }
    }

    /// This library with more in it.
    #[must_use]
    pub fn with(&self, corpora: BTreeMap<Digest, Corpus>, worlds: Worlds) -> Self {
        let corpora = self.corpora.clone().into_iter().chain(corpora).collect();
        let worlds = self.worlds.clone().into_iter().chain(worlds).collect();
        Self::new(corpora, worlds)
    }

    /// The corpus with this digest.
    pub fn corpus(&self, digest: &Digest) -> Option<&Corpus> {
        self.corpora.get(digest)
    }

    /// The world whose script has this digest.
    pub fn world(&self, digest: &Digest) -> Option<&Arc<WorldSeed>> {
        self.worlds.get(digest)
    }

    /// The index that `part` asks for; `None` when its corpus is not here.
    ///
    /// # Errors
    /// When the index cannot be built.
    pub fn index(&self, part: &KnowledgePart) -> Result<Option<Arc<Index>>, IndexError> {
        let Some(corpus) = self.corpora.get(&part.corpus) else { return Ok(None) };
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        let key = part.index_key();
        if let Some(index) = indexes.get(&key) {
            return Ok(Some(Arc::clone(index)));
        }
        let index = Arc::new(Index::build(corpus, part)?);
        indexes.insert(key, Arc::clone(&index));
        Ok(Some(index))
    }
}
