//! The project on the disk: `loopwright.toml` and the files it names, read into nouns and written back.
//!
//! The way in: [`discover`] finds the folder, [`load`] reads it into a [`Project`]. Variants pin digests alone; what is
//! behind the digests is in [`Materials`]. The way out: [`Change`] carries a patch into the files.

mod agent;
mod cases;
mod endpoint;
mod file;
mod knowledge;
mod load;
mod loader;
mod materials;
mod metric;
mod path;
mod schema;
mod secret_key;
mod serve;
mod suite;
mod toml_source;
mod toolset;
mod tree;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use loopwright_core::{AgentName, Case, MetricName, SourceError, SuiteName};
use loopwright_eval::Metric;
use loopwright_serve::Gateway;

pub use agent::{AgentConfig, AgentFiles};
pub use file::{
    AgentTable, Approve, ChunkTable, ContextTable, EndpointKind, EndpointTable, GateTable, KnowledgeTable, LimitsTable,
    ModelTable, ProjectFile, ProjectTable, SearchTable, SuiteTable, ToolsetTable,
};
pub(crate) use load::load_tree;
pub use load::{FILE_NAME, ProjectError, discover, load};
pub use materials::{Materials, WorldScript};
pub use path::{PathError, ProjectPath};
pub use schema::schema;
pub(crate) use secret_key::holds_a_password;
pub use serve::ServeTable;
pub use suite::{GateConfig, SuiteConfig};
pub use toml_source::Places;
pub use tree::{ReadError, Tree};
pub use write::{Change, FileChange, WriteError};

/// A project, read and checked.
#[derive(Debug, Clone)]
pub struct Project {
    /// What reports call it.
    pub name: String,
    /// The agents, by name.
    pub agents: BTreeMap<AgentName, AgentConfig>,
    /// The suites, by name.
    pub suites: BTreeMap<SuiteName, SuiteConfig>,
    /// The metrics of its own, by name.
    pub metrics: BTreeMap<MetricName, Metric>,
    /// When a change is accepted.
    pub gate: GateConfig,
    /// Models that callers of the server may ask.
    pub gateway: Gateway,
    /// The layer that is laid over the file, if any.
    pub profile: Option<String>,
    /// What the variants pin by digest.
    pub materials: Materials,
    pub(crate) tree: Tree,
    pub(crate) places: Places,
    /// The places of the tools files, by file.
    pub(crate) tool_places: BTreeMap<ProjectPath, Places>,
}

impl Project {
    /// The project's folder.
    pub fn root(&self) -> &Path {
        self.tree.root()
    }

    /// The cases of the suite `name`, in the order of its files; empty when it has none. Cases of the vault are among
    /// them: whoever shows cases must leave those out.
    ///
    /// # Errors
    /// At the first line that is not a case, or that repeats the key or the input of an earlier one.
    pub fn cases(&self, name: &SuiteName) -> Result<Vec<Case>, SourceError> {
        cases::read(self, name)
    }

    /// A fault in the line of `case`, which is one of the suite `name`, at `words` where the line holds them. The line of
    /// a sealed case is not shown.
    pub fn case_fault(&self, name: &SuiteName, case: &Case, words: &str, message: &str) -> SourceError {
        cases::fault(self, name, case, words, message)
    }

    /// A fault at the value under `path` in `loopwright.toml`, such as `["suite", "support", "metrics", "1"]`.
    pub fn fault(&self, path: &[&str], message: impl Into<String>) -> SourceError {
        self.places.fault(path, message)
    }

    /// A fault at the value under `path` in the `index`-th tool of `agent`, such as `["statements", "0"]`; at the agent
    /// itself when it has no such tool.
    pub fn tool_fault(
        &self,
        agent: &AgentName,
        index: usize,
        path: &[&str],
        message: impl Into<String>,
    ) -> SourceError {
        let mut left = index;
        for (file, count) in self.agents.get(agent).into_iter().flat_map(|config| &config.files.tools) {
            if left < *count
                && let Some(places) = self.tool_places.get(file)
            {
                let position = left.to_string();
                let path: Vec<&str> = ["tool", &position].into_iter().chain(path.iter().copied()).collect();
                return places.fault(&path, message);
            }
            left = left.saturating_sub(*count);
        }
        self.fault(&["agent", agent.as_str()], message)
    }
}
