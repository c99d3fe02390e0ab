//! What variants pin by digest alone: worlds and corpora.

use std::collections::BTreeMap;

use loopwright_agent::{WorldError, WorldSeed};
use loopwright_core::Digest;
use loopwright_knowledge::Corpus;

use super::ProjectPath;

/// The texts behind the digests of a project's variants.
#[derive(Debug, Clone, Default)]
pub struct Materials {
    /// The worlds, by the digest of their script (`world.digest` of a variant).
    pub worlds: BTreeMap<Digest, WorldScript>,
    /// The corpora, by digest (`knowledge.corpus` of a variant).
    pub corpora: BTreeMap<Digest, Corpus>,
}

/// The script that makes a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldScript {
    /// Where it stands.
    pub source: ProjectPath,
    /// SQL, as SQLite understands it.
    pub sql: String,
}

impl WorldScript {
    /// The world as it begins.
    ///
    /// # Errors
    /// When the script fails, with its place.
    pub fn seed(&self) -> Result<WorldSeed, WorldError> {
        WorldSeed::build(self.source.as_str(), &self.sql)
    }
}
