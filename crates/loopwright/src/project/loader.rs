//! What reading one project needs at every step: its files, its keys with their places, and what was read so far.

use std::collections::BTreeMap;

use loopwright_core::{PartName, SourceError};
use loopwright_knowledge::Corpus;
use serde::Serialize;
use serde_json::Value;

use super::file::ProjectFile;
use super::toolset::Toolset;
use super::{Materials, Places, ProjectPath, ReadError, Tree};

/// Most bytes of a prompt, a tools file, or a file of examples.
pub(crate) const SMALL: u64 = 4 << 20;
/// Most bytes of a world's script.
pub(crate) const WORLD: u64 = 64 << 20;
/// Most bytes of one document.
pub(crate) const DOCUMENT: u64 = 8 << 20;
/// Most bytes of all documents of a corpus.
pub(crate) const CORPUS: u64 = 512 << 20;
/// Most bytes of a file of cases.
pub(crate) const CASES: u64 = 256 << 20;

/// The state of reading one project.
pub(crate) struct Loader<'p> {
    pub(crate) tree: &'p Tree,
    pub(crate) places: &'p Places,
    pub(crate) file: &'p ProjectFile,
    pub(crate) materials: Materials,
    /// Corpora and toolsets that several agents share are read once.
    pub(crate) corpora: BTreeMap<String, Corpus>,
    pub(crate) toolsets: BTreeMap<String, Toolset>,
}

impl Loader<'_> {
    /// The path that the file holds at `at`.
    pub(crate) fn path(&self, at: &[&str], text: &str) -> Result<ProjectPath, SourceError> {
        text.parse().map_err(|error| self.places.fault(at, format!("{error}")))
    }

    /// The text of the file that is named at `at`.
    pub(crate) fn read(&self, at: &[&str], path: &ProjectPath, most: u64) -> Result<String, SourceError> {
        self.tree.read(path, most).map_err(|error| self.unreadable(at, &error))
    }

    /// The files that the patterns at `at` name, each once. A plain path that names none is a fault; a pattern is not.
    pub(crate) fn find(&self, at: &[&str], patterns: &[String]) -> Result<Vec<ProjectPath>, SourceError> {
        let mut found: Vec<ProjectPath> = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            let position = index.to_string();
            let at: Vec<&str> = at.iter().copied().chain([position.as_str()]).collect();
            let pattern = self.path(&at, pattern)?;
            let files = self.tree.find(&pattern).map_err(|error| self.unreadable(&at, &error))?;
            let new: Vec<ProjectPath> = files.into_iter().filter(|file| !found.contains(file)).collect();
            found.extend(new);
        }
        Ok(found)
    }

    fn unreadable(&self, at: &[&str], error: &ReadError) -> SourceError {
        let mut fault = self.places.fault(at, error.to_string());
        fault.hint = error.hint();
        fault
    }

    /// A part of a variant from what its room reads.
    pub(crate) fn part(
        &self,
        at: &[&str],
        name: &str,
        value: &impl Serialize,
    ) -> Result<(PartName, Value), SourceError> {
        let name = PartName::new(name).map_err(|error| self.places.fault(at, error.to_string()))?;
        let value = serde_json::to_value(value).map_err(|error| self.places.fault(at, error.to_string()))?;
        Ok((name, value))
    }
}
