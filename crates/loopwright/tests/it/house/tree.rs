//! The files of the repository, as far as people write them.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// Folders that are searched, beside the files at the top.
const PLACES: [&str; 5] = ["crates", "docs", "fuzz", ".ci", ".config"];

/// Folders that hold what others wrote, or what is made.
const LEFT_OUT: [&str; 6] = ["artifacts", "corpus", "fixtures", "seeds", ".loopwright", "target"];

/// Kinds of files that people write; one without an ending is a script.
const KINDS: [&str; 9] = ["", "css", "md", "mjs", "py", "rs", "sql", "toml", "txt"];

/// A file that people write.
pub(super) struct File {
    /// From the top of the repository, with forward slashes.
    pub(super) path: String,
    /// What it says.
    pub(super) text: String,
}

impl File {
    /// A file for the test of a rule.
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Whether it is Rust.
    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// What it is called, without its ending.
    pub(super) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default()
    }
}

/// The top of the repository.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// All files that people write.
pub(super) fn files() -> Vec<File> {
    let root = root();
    let top = WalkDir::new(&root).max_depth(1).sort_by_file_name();
    let deeper = PLACES.iter().map(|place| WalkDir::new(root.join(place)).sort_by_file_name());
    let entries = top.into_iter().chain(deeper.flat_map(|walk| walk.into_iter().filter_entry(is_searched)));
    let paths = entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file() && is_written(entry.path()));
    let files: Vec<File> = paths.map(|entry| read(&root, entry.path())).collect();
    assert!(files.len() > 300, "the walk found {} files alone", files.len());
    files
}

fn is_searched(entry: &DirEntry) -> bool {
    !LEFT_OUT.iter().any(|name| entry.file_name() == *name)
}

fn is_written(path: &Path) -> bool {
    let kind = path.extension().unwrap_or_default().to_str().unwrap();
    KINDS.contains(&kind) && !path.ends_with("LICENSE")
}

fn read(root: &Path, path: &Path) -> File {
    let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
    File { path: name, text: std::fs::read_to_string(path).unwrap() }
}
