//! What an import adds to a project: new files in a folder of their own, and tables at the end of `loopwright.toml`, which
//! is made where there is none.
//!
//! Invariant: no agent and no suite that is there already is changed. Patterns such as `cases/*.jsonl` take in whatever
//! comes to lie under them, so imported files lie elsewhere.

use std::io::Write;
use std::path::{Path, PathBuf};

use loopwright_core::{AgentName, SuiteName};
use tempfile::NamedTempFile;
use toml_edit::{DocumentMut, Key, Value};

use super::super::init;
use crate::context::Context;
use crate::fault::Fault;
use crate::project::{FILE_NAME, Project, ProjectPath, Tree, load_tree};

const PROJECT: &str = include_str!("../../../template/import/project.toml");

/// The folder of imported files, within a project.
const FOLDER: &str = "imported";

/// What is added to a project.
pub(super) struct Draft {
    root: PathBuf,
    /// The text of `loopwright.toml`; grows.
    toml: String,
    is_new: bool,
    files: Vec<(ProjectPath, String)>,
    /// Files that are too long to hold, written beside their place.
    streams: Vec<(ProjectPath, NamedTempFile)>,
}

impl Draft {
    /// A draft for the project of `context`, or for a new one in its folder.
    pub(super) fn open(context: &Context) -> Result<Self, Fault> {
        let folder =
            context.chosen.as_ref().map_or_else(|| context.folder.clone(), |chosen| context.folder.join(chosen));
        let root = context.project_folder().unwrap_or(folder);
        let name = init::folder_name(&root);
        Self::at(root, &name)
    }

    /// A draft for the project in `root`, or for a new one there that is called `name`.
    pub(super) fn at(root: PathBuf, name: &str) -> Result<Self, Fault> {
        let is_new = !root.join(FILE_NAME).is_file();
        let toml = if is_new { head(name) } else { super::read(&root, Path::new(FILE_NAME))? };
        Ok(Self { root, toml, is_new, files: vec![], streams: vec![] })
    }

    /// Whether there is no project yet.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// The project's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The project as it would be now.
    pub(super) fn project(&self) -> Result<Project, Fault> {
        std::fs::create_dir_all(&self.root).map_err(|error| self.unwritable(error))?;
        let toml: ProjectPath = FILE_NAME.parse().map_err(Fault::unexpected)?;
        let streams = self.streams.iter().map(|(path, _)| (path.clone(), String::new()));
        let texts = self.files.iter().cloned().chain(streams).chain([(toml, self.toml.clone())]);
        Ok(load_tree(Tree::open(&self.root).map_err(Fault::usage)?.with(texts), None)?)
    }

    /// Adds the file `file` of the suite `name`; returns its path within the project.
    pub(super) fn file(&mut self, name: &SuiteName, file: &str, text: String) -> Result<String, Fault> {
        let path = self.free(name, file)?;
        self.files.push((path.clone(), text));
        Ok(path.to_string())
    }

    /// Adds the file `file` of the suite `name`, which is written elsewhere already; returns its path within the project.
    pub(super) fn stream(&mut self, name: &SuiteName, file: &str, text: NamedTempFile) -> Result<String, Fault> {
        let path = self.free(name, file)?;
        self.streams.push((path.clone(), text));
        Ok(path.to_string())
    }

    /// A file to be written to, on the disk of the project.
    pub(super) fn scratch(&self) -> Result<NamedTempFile, Fault> {
        let mut scratch = tempfile::Builder::new();
        scratch.prefix(".loopwright-");
        // It becomes a file of the project like the others, and not one that is for its writer's eyes alone.
        #[cfg(unix)]
        scratch.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let made = std::fs::create_dir_all(&self.root).and_then(|()| scratch.tempfile_in(&self.root));
        made.map_err(|error| self.unwritable(error))
    }

    /// The path of a file of the suite `name`, when none is there.
    fn free(&self, name: &SuiteName, file: &str) -> Result<ProjectPath, Fault> {
        let path: ProjectPath = format!("{FOLDER}/{name}/{file}").parse().map_err(Fault::usage)?;
        match self.root.join(path.as_str()).symlink_metadata() {
            Ok(_) => Err(taken(&format!("the file `{path}`"))),
            Err(_) => Ok(path),
        }
    }

    /// Adds `text` to `loopwright.toml`, which makes `tables` such as `("suite", "name")`.
    pub(super) fn tables(&mut self, text: &str, tables: &[(&str, &str)]) -> Result<(), Fault> {
        // What is wrong with the file as it stands is said by whoever loads it.
        let now: DocumentMut = self.toml.parse().unwrap_or_default();
        for (kind, name) in tables {
            if now.get(kind).and_then(|kind| kind.get(name)).is_some() {
                return Err(taken(&format!("`[{kind}.{name}]`")));
            }
        }
        if !self.toml.ends_with('\n') {
            self.toml.push('\n');
        }
        self.toml.push_str(text);
        Ok(())
    }

    /// Loads the project as it would be, with its new suite, which has `count` cases; returns the agent it measures.
    pub(super) fn checked(&self, suite: &SuiteName, count: u64) -> Result<AgentName, Fault> {
        let project = self.sound()?;
        let cases = project.cases(suite)?;
        let config = project.suites.get(suite);
        let config = config.filter(|_| cases.len() as u64 == count);
        let config = config.ok_or_else(|| Fault::unexpected("the suite does not read as it was written"))?;
        Ok(config.agent.clone())
    }

    /// The project as it would be, when everything that is there already stays as it is.
    pub(super) fn sound(&self) -> Result<Project, Fault> {
        let project = self.project()?;
        if !self.is_new {
            let before = load_tree(Tree::open(&self.root).map_err(Fault::usage)?, None)?;
            unchanged(&before, &project)?;
        }
        Ok(project)
    }

    /// Writes everything, `loopwright.toml` last, so that it never names what is not there.
    pub(super) fn write(self) -> Result<Vec<String>, Fault> {
        let toml = (FILE_NAME.to_owned(), self.toml.clone());
        let files = self.files.iter().map(|(path, text)| (path.to_string(), text.clone())).chain([toml]);
        let unwritable = |error| unwritable(&self.root, error);
        let mut written = vec![];
        for (path, text) in self.streams {
            put(&self.root.join(path.as_str()), text).map_err(unwritable)?;
            written.push(path.to_string());
        }
        for (path, text) in files {
            save(&self.root.join(&path), &text).map_err(unwritable)?;
            written.push(path);
        }
        if self.is_new {
            init::ignore(&self.root).map_err(unwritable)?;
        }
        Ok(written)
    }

    fn unwritable(&self, error: std::io::Error) -> Fault {
        unwritable(&self.root, error)
    }
}

fn unwritable(root: &Path, error: std::io::Error) -> Fault {
    Fault::unexpected(format!("`{}` cannot be written to: {error}", root.display()))
}

/// Moves a file that is written already to its place.
fn put(path: &Path, text: NamedTempFile) -> std::io::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    text.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// Whether everything of `before` is in `after` as it was.
fn unchanged(before: &Project, after: &Project) -> Result<(), Fault> {
    let agent = before.agents.iter().find(|(name, config)| {
        after.agents.get(*name).map(|after| after.variant.digest()) != Some(config.variant.digest())
    });
    let suite = before.suites.iter().find(|(name, config)| after.suites.get(*name) != Some(*config));
    let name = agent.map(|(name, _)| name.to_string()).or(suite.map(|(name, _)| name.to_string()));
    let Some(name) = name else { return Ok(()) };
    let fault =
        Fault::usage(format!("`{name}` takes in every file under a pattern, and would take in the imported ones"));
    Err(fault.with_hint(format!("narrow its patterns, so that they leave out `{FOLDER}/`")))
}

fn taken(what: &str) -> Fault {
    Fault::usage(format!("{what} is there already; nothing was written")).with_hint("name the suite with `--name`")
}

/// The beginning of a new project's file.
fn head(name: &str) -> String {
    PROJECT.replace("@project@", &quoted(name))
}

/// `name` as a key of TOML.
pub(super) fn key(name: &str) -> String {
    Key::new(name).display_repr().into_owned()
}

/// `text` as a string of TOML.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Writes a new file, or replaces one whole.
fn save(path: &Path, text: &str) -> std::io::Result<()> {
    let Ok(before) = std::fs::metadata(path) else { return init::create(path, text) };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".loopwright-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(before.permissions())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
