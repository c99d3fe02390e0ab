//! The files around a configuration of promptfoo, on the disk.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use loopwright_exchange::Folder;
use walkdir::WalkDir;

use crate::fault::Fault;

/// Most bytes of one file.
const MOST: u64 = 64 << 20;

/// Most files that are looked at for one pattern.
const MOST_FILES: usize = 100_000;

/// The folder of a configuration. Files beside it may be read too, when they lie within where the person is.
pub(super) struct ConfigFolder {
    root: PathBuf,
    within: Vec<PathBuf>,
}

impl ConfigFolder {
    /// The folder `folder`, as a person in `here` names it.
    pub(super) fn open(here: &Path, folder: &Path) -> Result<Self, Fault> {
        let real = |path: &Path| {
            path.canonicalize().map_err(|error| Fault::usage(format!("`{}` cannot be read: {error}", folder.display())))
        };
        let root = real(&here.join(folder))?;
        Ok(Self { within: vec![root.clone(), real(here)?], root })
    }

    /// The real path of `path`, when it may be read: a configuration is not trusted with every file of the machine.
    fn real(&self, path: &str) -> Result<PathBuf, String> {
        let real = self.root.join(path).canonicalize().map_err(|error| error.to_string())?;
        match self.within.iter().any(|folder| real.starts_with(folder)) {
            true => Ok(real),
            false => Err("it lies outside of this folder; go to a folder that holds it".to_owned()),
        }
    }
}

impl Folder for ConfigFolder {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let mut bytes = vec![];
        let file = File::open(self.real(path)?).map_err(|error| error.to_string())?;
        file.take(MOST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > MOST { Err(format!("it is longer than {MOST} bytes")) } else { Ok(bytes) }
    }

    fn find(&self, pattern: &str) -> Result<Vec<String>, String> {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build().map_err(|error| error.to_string())?;
        let matcher = glob.compile_matcher();
        let walk = WalkDir::new(&self.root).sort_by_file_name().into_iter();
        let walk = walk.filter_entry(|entry| entry.file_name() != "node_modules" && entry.file_name() != ".git");
        let files = walk.filter_map(Result::ok).take(MOST_FILES).filter(|entry| entry.file_type().is_file());
        let paths = files.filter_map(|entry| Some(entry.path().strip_prefix(&self.root).ok()?.to_str()?.to_owned()));
        Ok(paths.map(|path| path.replace('\\', "/")).filter(|path| matcher.is_match(path)).collect())
    }
}
