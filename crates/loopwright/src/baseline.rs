//! Blessed baselines: the agent as a run measured it, kept under a name in the project's files, so that it is reviewed and
//! shared like the rest of them.

use std::path::PathBuf;

use loopwright_core::{RunId, RunManifest, SuiteName, Variant};
use serde::{Deserialize, Serialize};

use crate::cli::BaselineName;
use crate::fault::Fault;
use crate::nearest::advice;
use crate::project::Project;
use crate::report::save;

/// Where they are, within a project.
const FOLDER: &str = "baselines";

/// The agent as a run measured it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Baseline {
    /// The form of the file; grows when a reader of the old form would be misled.
    form: u32,
    /// The suite that it was measured by.
    pub(crate) suite: SuiteName,
    /// The run.
    pub(crate) run: RunId,
    /// The agent.
    pub(crate) variant: Variant,
}

impl Baseline {
    /// What the first arm of the run of `manifest` was.
    pub(crate) fn of(manifest: &RunManifest) -> Result<Self, Fault> {
        let arm = manifest.arms.first().ok_or_else(|| Fault::unexpected("the run has no arm"))?;
        Ok(Self { form: 1, suite: manifest.suite.clone(), run: manifest.id.clone(), variant: arm.variant.clone() })
    }

    /// Keeps it as `name`, in place of what had that name; the path within the project.
    pub(crate) fn keep(&self, project: &Project, name: &BaselineName) -> Result<String, Fault> {
        let text = serde_json::to_string_pretty(self).map_err(Fault::unexpected)?;
        save(&path(project, name), &(text + "\n"))?;
        Ok(format!("{FOLDER}/{name}.json"))
    }

    /// The baseline `name`; `None` when there is none.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub(crate) fn find(project: &Project, name: &BaselineName) -> Result<Option<Self>, Fault> {
        let text = match std::fs::read_to_string(path(project, name)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| Fault::usage(format!("`{FOLDER}/{name}.json` cannot be read: {error}")))?,
        };
        let fault = |why: String| Fault::usage(format!("`{FOLDER}/{name}.json` is not a baseline: {why}"));
        let found: Self = serde_json::from_str(&text).map_err(|error| fault(error.to_string()))?;
        match found.form {
            1 => Ok(Some(found)),
            other => Err(fault(format!("its form {other} is of a newer version"))),
        }
    }

    /// The baseline `name` of `suite`.
    ///
    /// # Errors
    /// When there is none, or it is one of another suite.
    pub(crate) fn named(project: &Project, name: &BaselineName, suite: Option<&SuiteName>) -> Result<Self, Fault> {
        let Some(found) = Self::find(project, name)? else {
            let known = names(project);
            let fault = Fault::usage(format!("there is no baseline `{name}`"));
            return Err(match known.is_empty() {
                true => fault.with_hint(format!("`loopwright eval --bless {name}` makes it")),
                false => fault.with_hint(advice(name.as_str(), known.iter().map(String::as_str))),
            });
        };
        match suite.filter(|suite| **suite != found.suite) {
            Some(suite) => {
                let message =
                    format!("the baseline `{name}` was measured by the suite `{}`, not by `{suite}`", found.suite);
                Err(Fault::usage(message))
            }
            None => Ok(found),
        }
    }
}

/// The baselines that there are, sorted.
fn names(project: &Project) -> Vec<String> {
    let entries = std::fs::read_dir(project.root().join(FOLDER)).into_iter().flatten().flatten();
    let files = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = files.filter_map(|file| Some(file.strip_suffix(".json")?.to_owned())).collect();
    names.sort();
    names
}

fn path(project: &Project, name: &BaselineName) -> PathBuf {
    project.root().join(FOLDER).join(format!("{name}.json"))
}
