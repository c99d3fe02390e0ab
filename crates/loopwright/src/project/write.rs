//! A patch, carried into the project's files so that a person can read it as a diff. Comments stay.
//!
//! Invariant: a [`Change`] exists only when the project that it would leave behind loads, gives exactly the patched
//! variant, and leaves every other agent as it is.

mod draft;
mod table_edit;

use std::io::Write;
use std::path::{Path, PathBuf};

use loopwright_core::{AgentName, Digest, Patch, PatchError};
use similar::TextDiff;

use super::load::load_tree;
use super::{Project, ProjectError, ProjectPath};

/// What a patch changes in the files of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The agent.
    pub agent: AgentName,
    /// The variant that the agent has after the change.
    pub variant: Digest,
    /// The files, sorted by path.
    pub files: Vec<FileChange>,
}

/// One file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Which.
    pub path: ProjectPath,
    /// Its text before; `None` when it is new.
    pub before: Option<String>,
    /// Its text after.
    pub after: String,
}

/// A patch cannot be carried into the files.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The project has no such agent.
    #[error("the project has no agent `{0}`")]
    Agent(AgentName),
    /// The patch does not fit the variant.
    #[error("the patch does not fit the agent")]
    Patch(#[from] PatchError),
    /// The files have no place for it.
    #[error("the part `{part}` cannot be changed in the files: {reason}")]
    Place {
        /// The part.
        part: String,
        /// Why not.
        reason: String,
    },
    /// The project would no longer load.
    #[error("the project would not load after the change")]
    Broken(#[source] ProjectError),
    /// The files cannot hold the change as it is.
    #[error("the files would give another variant (`{found}`) than the one that was measured (`{wanted}`){because}")]
    Inexact {
        /// Short digest of the patched variant.
        wanted: String,
        /// Short digest of what the files would give.
        found: String,
        /// Why, where it is known.
        because: String,
    },
    /// Another agent reads the same file or table.
    #[error("the change would also change the agent `{0}`, which was not measured")]
    Shared(AgentName),
    /// Someone else has written the file since the project was loaded.
    #[error("`{0}` has changed since it was read; nothing was written")]
    Stale(ProjectPath),
    /// The system says no.
    #[error("`{path}` cannot be written")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

impl WriteError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Broken(error) => error.hint(),
            Self::Shared(_) => Some("give each agent a file or table of its own, and measure again".to_owned()),
            Self::Stale(_) => Some("run the command again".to_owned()),
            _ => None,
        }
    }
}

impl Change {
    /// What `patch` of `agent` changes in the files of `project`. Nothing is written yet.
    ///
    /// # Errors
    /// [`WriteError`] when the files cannot hold the patched variant exactly, or would change another agent too.
    pub fn plan(project: &Project, agent: &AgentName, patch: &Patch) -> Result<Change, WriteError> {
        let config = project.agents.get(agent).ok_or_else(|| WriteError::Agent(agent.clone()))?;
        let wanted = config.variant.patched(patch)?;
        let files = draft::files(project, config, &wanted)?;
        let change = Change { agent: agent.clone(), variant: wanted.digest(), files };
        change.verify(project)?;
        Ok(change)
    }

    /// The change as a unified diff with paths relative to the project. File contents stand in it as they are.
    pub fn diff(&self) -> String {
        self.diff_from(None)
    }

    /// The change as a unified diff against the project with `earlier` applied, a change that this one holds too.
    pub fn diff_from(&self, earlier: Option<&Change>) -> String {
        let one = |file: &FileChange| {
            let done = earlier.into_iter().flat_map(|earlier| &earlier.files).find(|done| done.path == file.path);
            let before = done.map(|done| &done.after).or(file.before.as_ref());
            let old = before.map_or_else(|| "/dev/null".to_owned(), |_| format!("a/{}", file.path));
            let diff = TextDiff::from_lines(before.map_or("", String::as_str), &file.after);
            let text = diff.unified_diff().context_radius(3).header(&old, &format!("b/{}", file.path)).to_string();
            if before == Some(&file.after) { String::new() } else { text }
        };
        self.files.iter().map(one).collect()
    }

    /// Writes the files, each whole or not at all.
    ///
    /// # Errors
    /// [`WriteError::Stale`] before anything is written, [`WriteError::Io`] when the system refuses.
    pub fn apply(&self, project: &Project) -> Result<(), WriteError> {
        let mut ready = Vec::with_capacity(self.files.len());
        for file in &self.files {
            let now = project.tree.read(&file.path, u64::MAX >> 1).ok();
            if now != file.before {
                return Err(WriteError::Stale(file.path.clone()));
            }
            ready.push(prepare(project, file)?);
        }
        for (temporary, target) in ready {
            let io = |error: tempfile::PersistError| WriteError::Io {
                path: target.display().to_string(),
                source: error.error,
            };
            temporary.persist(&target).map_err(io)?;
        }
        Ok(())
    }

    fn verify(&self, project: &Project) -> Result<(), WriteError> {
        let texts = self.files.iter().map(|file| (file.path.clone(), file.after.clone()));
        let after = load_tree(project.tree.with(texts), project.profile.as_deref()).map_err(WriteError::Broken)?;
        for (name, config) in &after.agents {
            let found = config.variant.digest();
            if *name == self.agent {
                if found != self.variant {
                    return Err(self.inexact(project, found));
                }
            } else if project.agents.get(name).map(|before| before.variant.digest()) != Some(found) {
                return Err(WriteError::Shared(name.clone()));
            }
        }
        Ok(())
    }

    fn inexact(&self, project: &Project, found: Digest) -> WriteError {
        let because = match &project.profile {
            Some(profile) => format!("; the profile `{profile}` may hold what changes"),
            None => String::new(),
        };
        WriteError::Inexact { wanted: self.variant.short(), found: found.short(), because }
    }
}

/// The new text in a file beside the one it will replace.
fn prepare(project: &Project, file: &FileChange) -> Result<(tempfile::NamedTempFile, PathBuf), WriteError> {
    let io = |source: std::io::Error| WriteError::Io { path: file.path.to_string(), source };
    let target = match &file.before {
        Some(_) => project.tree.resolve(&file.path).map_err(|error| io(std::io::Error::other(error.to_string())))?,
        None => project.root().join(file.path.as_str()),
    };
    let folder = target.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder).map_err(io)?;
    if !folder.canonicalize().map_err(io)?.starts_with(project.root()) {
        return Err(io(std::io::Error::other("its folder leads out of the project")));
    }
    let mut builder = tempfile::Builder::new();
    // As any new file: what the process's mask allows. A temporary file alone would be for its owner's eyes.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.prefix(".loopwright-").tempfile_in(folder).map_err(io)?;
    temporary.write_all(file.after.as_bytes()).map_err(io)?;
    if let Ok(metadata) = std::fs::metadata(&target) {
        temporary.as_file().set_permissions(metadata.permissions()).map_err(io)?;
    }
    temporary.as_file().sync_all().map_err(io)?;
    Ok((temporary, target))
}
