//! From a folder to a project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use loopwright_core::{SourceError, SuiteName};

use super::file::ProjectFile;
use super::loader::Loader;
use super::{Materials, Project, ProjectPath, ReadError, Tree, agent, metric, secret_key, serve, suite, toml_source};
use crate::nearest::advice;

/// The file that makes a folder a project.
pub const FILE_NAME: &str = "loopwright.toml";

/// Most bytes of `loopwright.toml`.
const MOST: u64 = 1 << 20;

/// A project cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Neither the folder nor one above it is a project.
    #[error("there is no `{FILE_NAME}` in `{folder}` or above")]
    NotFound {
        /// Where the search began.
        folder: String,
    },
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Something is wrong at a place in a file.
    #[error(transparent)]
    Source(Box<SourceError>),
    /// The profile that was asked for is not in the file.
    #[error("`{FILE_NAME}` has no profile `{name}`")]
    Profile {
        /// What was asked for.
        name: String,
        /// The nearest name, or all of them.
        advice: String,
    },
}

impl ProjectError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { .. } => Some("`loopwright init` makes a project that runs at once".to_owned()),
            Self::Read(error) => error.hint(),
            Self::Source(fault) => fault.hint.clone(),
            Self::Profile { advice, .. } => Some(advice.clone()),
        }
    }
}

impl From<SourceError> for ProjectError {
    fn from(fault: SourceError) -> Self {
        Self::Source(Box::new(fault))
    }
}

/// The folder of the project that `start` lies in: itself, or the nearest above it that holds a `loopwright.toml`.
///
/// # Errors
/// [`ProjectError::NotFound`] when there is none.
pub fn discover(start: &Path) -> Result<PathBuf, ProjectError> {
    let folder = start.ancestors().find(|folder| folder.join(FILE_NAME).is_file());
    folder.map(Path::to_path_buf).ok_or_else(|| ProjectError::NotFound { folder: start.display().to_string() })
}

/// Loads the project in the folder `root`, with the layer `profile` when one is named.
///
/// # Errors
/// [`ProjectError`] at the first thing that is wrong, with its place.
pub fn load(root: &Path, profile: Option<&str>) -> Result<Project, ProjectError> {
    load_tree(Tree::open(root)?, profile)
}

/// Loads the project in `tree`.
pub(crate) fn load_tree(tree: Tree, profile: Option<&str>) -> Result<Project, ProjectError> {
    let path: ProjectPath = FILE_NAME.parse().map_err(|_| ProjectError::NotFound { folder: String::new() })?;
    let text = tree.read(&path, MOST)?;
    let source = toml_source::parse(FILE_NAME, &text)?;
    secret_key::refuse(&source)?;
    let profiles = source.keys_of("profile");
    if let Some(name) = profile.filter(|name| !profiles.iter().any(|known| known == name)) {
        let advice = advice(name, profiles.iter().map(String::as_str));
        return Err(ProjectError::Profile { name: name.to_owned(), advice });
    }
    // Layers that are not asked for are read too, so that a slip in one is not found on the day it is needed.
    source.layered("profile", None).read::<ProjectFile>()?;
    for name in &profiles {
        source.layered("profile", Some(name)).read::<ProjectFile>()?;
    }
    let layered = source.layered("profile", profile);
    let file: ProjectFile = layered.read()?;
    let mut loader = Loader {
        tree: &tree,
        places: &layered.places,
        file: &file,
        materials: Materials::default(),
        corpora: BTreeMap::new(),
        toolsets: BTreeMap::new(),
    };
    let mut agents = BTreeMap::new();
    for (name, table) in &file.agent {
        let config = agent::read(&mut loader, name, table)?;
        agents.insert(config.variant.agent.clone(), config);
    }
    let mut suites = BTreeMap::new();
    for (name, table) in &file.suite {
        let at = ["suite", name];
        let key = SuiteName::new(name.as_str()).map_err(|error| layered.places.fault(&at, error.to_string()))?;
        suites.insert(key, suite::suite(&loader, name, table)?);
    }
    let metrics = metric::metrics(&loader)?;
    let gate = suite::gate(&loader, &file.gate)?;
    let gateway = serve::gateway(&file.serve, agents.values(), &layered.places)?;
    let tool_places = loader.toolsets.into_values().map(|toolset| (toolset.file, toolset.places)).collect();
    let materials = loader.materials;
    let folder = tree.root().file_name().map(|name| name.to_string_lossy().into_owned());
    let name = file.project.name.clone().or(folder).unwrap_or_default();
    let (places, profile) = (layered.places.clone(), profile.map(str::to_owned));
    Ok(Project { name, agents, suites, metrics, gate, gateway, profile, materials, tree, places, tool_places })
}
