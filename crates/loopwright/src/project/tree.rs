//! The files of a project: read within the folder, within a size, in a fixed order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::{DirEntry, WalkDir};

use super::ProjectPath;
use crate::nearest::nearest;

/// Entries that are looked at for one pattern, at most.
const MOST_ENTRIES: usize = 200_000;

/// The folder of a project, with texts that are laid over its files before they are written.
#[derive(Debug, Clone)]
pub struct Tree {
    root: PathBuf,
    overlay: BTreeMap<ProjectPath, String>,
}

/// A file of the project cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing is there.
    #[error("there is no file `{path}`")]
    Missing {
        /// The path.
        path: ProjectPath,
        /// A file of the same folder with a name that is near.
        near: Option<String>,
    },
    /// A link leads out of the project.
    #[error("`{path}` leads out of the project through a link")]
    Outside {
        /// The path.
        path: ProjectPath,
    },
    /// It is a folder, a device or the like.
    #[error("`{path}` is not a file")]
    NotAFile {
        /// The path.
        path: ProjectPath,
    },
    /// It is longer than what is read.
    #[error("`{path}` is longer than {most} bytes, the most that is read of such a file")]
    TooLarge {
        /// The path.
        path: ProjectPath,
        /// Bytes that are read at most.
        most: u64,
    },
    /// It is not UTF-8.
    #[error("`{path}` is not UTF-8 text (byte {at})")]
    NotText {
        /// The path.
        path: ProjectPath,
        /// The first byte that does not fit, from 0.
        at: usize,
    },
    /// It is not a pattern.
    #[error("`{pattern}` is not a pattern of files: {message}")]
    Pattern {
        /// What was given.
        pattern: ProjectPath,
        /// Why not.
        message: String,
    },
    /// The pattern would have to look at too much.
    #[error("`{pattern}` looks at more than {MOST_ENTRIES} files")]
    TooMany {
        /// What was given.
        pattern: ProjectPath,
    },
    /// The system says no.
    #[error("`{path}` cannot be read: {message}")]
    Io {
        /// The path.
        path: String,
        /// What the system says.
        message: String,
    },
}

impl ReadError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::Outside { .. } => Some("copy the file into the project".to_owned()),
            Self::TooMany { .. } => Some("begin the pattern with a folder, such as `docs/**/*.md`".to_owned()),
            _ => None,
        }
    }
}

impl Tree {
    /// The tree of the project in `root`.
    ///
    /// # Errors
    /// When the folder is not there or may not be read.
    pub fn open(root: &Path) -> Result<Self, ReadError> {
        let io = |error: std::io::Error| ReadError::Io { path: root.display().to_string(), message: error.to_string() };
        Ok(Self { root: root.canonicalize().map_err(io)?, overlay: BTreeMap::new() })
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The same tree as it would read if `texts` were written.
    #[must_use]
    pub fn with(&self, texts: impl IntoIterator<Item = (ProjectPath, String)>) -> Self {
        let mut next = self.clone();
        next.overlay.extend(texts);
        next
    }

    /// The text of the file at `path`, which may have `most` bytes.
    ///
    /// # Errors
    /// [`ReadError`] when there is no such file within the project, or it is not such a text.
    pub fn read(&self, path: &ProjectPath, most: u64) -> Result<String, ReadError> {
        if let Some(text) = self.overlay.get(path) {
            return Ok(text.clone());
        }
        let full = self.resolve(path)?;
        let mut bytes = Vec::new();
        let io = |error: std::io::Error| ReadError::Io { path: path.to_string(), message: error.to_string() };
        File::open(&full).map_err(io)?.take(most + 1).read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() as u64 > most {
            return Err(ReadError::TooLarge { path: path.clone(), most });
        }
        String::from_utf8(bytes)
            .map_err(|error| ReadError::NotText { path: path.clone(), at: error.utf8_error().valid_up_to() })
    }

    /// Where the file at `path` lies on the disk, links followed.
    ///
    /// # Errors
    /// [`ReadError`] when there is no such file within the project.
    pub fn resolve(&self, path: &ProjectPath) -> Result<PathBuf, ReadError> {
        let full = match self.root.join(path.as_str()).canonicalize() {
            Ok(full) => full,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(ReadError::Missing { path: path.clone(), near: self.near(path) });
            }
            Err(error) => return Err(ReadError::Io { path: path.to_string(), message: error.to_string() }),
        };
        if !full.starts_with(&self.root) {
            return Err(ReadError::Outside { path: path.clone() });
        }
        if full.is_file() { Ok(full) } else { Err(ReadError::NotAFile { path: path.clone() }) }
    }

    /// The files that `pattern` names, sorted: the path itself, or what its `*`, `**`, `?`, `[…]` and `{…}` match. Hidden
    /// files and folders are left out, and links to folders are not followed.
    ///
    /// # Errors
    /// [`ReadError`] when a plain path names no file, the pattern is not one, or a folder cannot be read.
    pub fn find(&self, pattern: &ProjectPath) -> Result<Vec<ProjectPath>, ReadError> {
        if !pattern.is_pattern() {
            if !self.overlay.contains_key(pattern) {
                self.resolve(pattern)?;
            }
            return Ok(vec![pattern.clone()]);
        }
        let glob = GlobBuilder::new(pattern.as_str()).literal_separator(true).build();
        let glob =
            glob.map_err(|error| ReadError::Pattern { pattern: pattern.clone(), message: error.kind().to_string() })?;
        let matcher = glob.compile_matcher();
        let mut found: BTreeSet<ProjectPath> =
            self.overlay.keys().filter(|path| matcher.is_match(path.as_str())).cloned().collect();
        for (path, is_link) in self.below(pattern)? {
            if matcher.is_match(path.as_str()) {
                if is_link {
                    match self.resolve(&path) {
                        Err(ReadError::NotAFile { .. }) => continue,
                        other => other?,
                    };
                }
                found.insert(path);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The files under the plain beginning of `pattern`, with whether each is a link.
    fn below(&self, pattern: &ProjectPath) -> Result<Vec<(ProjectPath, bool)>, ReadError> {
        let steps = pattern.as_str().split('/').take_while(|step| !step.contains(['*', '?', '[', '{']));
        let top = steps.fold(self.root.clone(), |path, step| path.join(step));
        if !top.is_dir() {
            return Ok(Vec::new());
        }
        let visible = |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
        let mut files = Vec::new();
        for (count, entry) in WalkDir::new(&top).into_iter().filter_entry(visible).enumerate() {
            if count > MOST_ENTRIES {
                return Err(ReadError::TooMany { pattern: pattern.clone() });
            }
            let entry =
                entry.map_err(|error| ReadError::Io { path: pattern.to_string(), message: error.to_string() })?;
            let name =
                entry.path().strip_prefix(&self.root).ok().and_then(Path::to_str).map(|name| name.replace('\\', "/"));
            // A name that is not UTF-8, or holds control characters, could not be shown, quoted or cited.
            let Some(path) = name.and_then(|name| name.parse::<ProjectPath>().ok()) else { continue };
            if !entry.file_type().is_dir() {
                files.push((path, entry.path_is_symlink()));
            }
        }
        Ok(files)
    }

    /// A file of the same folder whose name is most like that of `path`.
    fn near(&self, path: &ProjectPath) -> Option<String> {
        let folder = std::fs::read_dir(self.root.join(path.folder())).ok()?;
        let mut names: Vec<String> =
            folder.take(10_000).flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        let name = nearest(path.file_name(), names.iter().map(String::as_str))?;
        Some(if path.folder().is_empty() { name.to_owned() } else { format!("{}/{name}", path.folder()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> ProjectPath {
        text.parse().unwrap()
    }

    fn project() -> (tempfile::TempDir, Tree) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("docs/b.md", "b"), ("docs/a.md", "a"), ("docs/deep/c.md", "c"), ("docs/.hidden.md", "h")]
        {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let tree = Tree::open(folder.path()).unwrap();
        (folder, tree)
    }

    fn found(tree: &Tree, pattern: &str) -> Vec<String> {
        tree.find(&path(pattern)).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn finds_in_a_fixed_order_and_nothing_hidden() {
        let (_folder, tree) = project();
        assert_eq!(found(&tree, "docs/**/*.md"), ["docs/a.md", "docs/b.md", "docs/deep/c.md"]);
        assert_eq!(found(&tree, "docs/*.md"), ["docs/a.md", "docs/b.md"]);
        assert_eq!(found(&tree, "nowhere/*.md"), Vec::<String>::new());
        let over = tree.with([(path("docs/new.md"), "n".to_owned())]);
        assert_eq!(found(&over, "docs/*.md"), ["docs/a.md", "docs/b.md", "docs/new.md"]);
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let (folder, tree) = project();
        let error = tree.read(&path("docs/aa.md"), 9).unwrap_err();
        assert_eq!(error.to_string(), "there is no file `docs/aa.md`");
        assert_eq!(error.hint().as_deref(), Some("did you mean `docs/a.md`?"));
        assert!(matches!(tree.read(&path("docs"), 9), Err(ReadError::NotAFile { .. })));
        std::fs::write(folder.path().join("big"), "0123456789").unwrap();
        assert!(matches!(tree.read(&path("big"), 9), Err(ReadError::TooLarge { most: 9, .. })));
        std::fs::write(folder.path().join("raw"), b"ab\xff").unwrap();
        assert!(matches!(tree.read(&path("raw"), 9), Err(ReadError::NotText { at: 2, .. })));
        assert!(matches!(tree.find(&path("docs/[")), Err(ReadError::Pattern { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_may_not_lead_out() {
        let (folder, tree) = project();
        let outside = tempfile::NamedTempFile::new().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("docs/out.md")).unwrap();
        std::os::unix::fs::symlink("a.md", folder.path().join("docs/in.md")).unwrap();
        assert!(matches!(tree.read(&path("docs/out.md"), 9), Err(ReadError::Outside { .. })));
        assert!(matches!(tree.find(&path("docs/*.md")), Err(ReadError::Outside { .. })));
        assert_eq!(tree.read(&path("docs/in.md"), 9).unwrap(), "a");
    }
}
