//! What every command is given: where it is, how it prints, and where time and chance come from.

use std::path::PathBuf;
use std::sync::Arc;

use loopwright_core::Clock;

use crate::environment::Environment;
use crate::fault::Fault;
use crate::printer::Printer;
use crate::project::{self, Project};

/// What every command is given.
#[derive(Clone)]
pub struct Context {
    /// The only way out.
    pub printer: Printer,
    /// The environment, read once.
    pub environment: Environment,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// The working directory.
    pub folder: PathBuf,
    /// The folder that `--project` or the environment names.
    pub chosen: Option<PathBuf>,
    /// The layer that `--profile` or the environment names.
    pub profile: Option<String>,
}

impl Context {
    /// The folder of the project that the command is about.
    ///
    /// # Errors
    /// When there is none.
    pub fn project_folder(&self) -> Result<PathBuf, Fault> {
        Ok(match &self.chosen {
            Some(folder) => self.folder.join(folder),
            None => project::discover(&self.folder)?,
        })
    }

    /// The project that the command is about.
    ///
    /// # Errors
    /// At the first thing that is wrong with it.
    pub fn project(&self) -> Result<Project, Fault> {
        Ok(project::load(&self.project_folder()?, self.profile.as_deref())?)
    }
}
