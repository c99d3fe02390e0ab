//! The cases of a suite.

use loopwright_core::{Case, SourceError, SuiteName};
use loopwright_exchange::{SourceText, read_case_files};

use super::Project;
use super::loader::CASES;

/// Reads the cases of the suite `name`, in the order of its files; empty when it has no file.
///
/// # Errors
/// At the first line that is not a case, or that repeats the key or the input of an earlier one.
pub(crate) fn read(project: &Project, name: &SuiteName) -> Result<Vec<Case>, SourceError> {
    let Some(suite) = project.suites.get(name) else { return Ok(Vec::new()) };
    let mut texts = Vec::with_capacity(suite.cases.len());
    for path in &suite.cases {
        let text = project.tree.read(path, CASES).map_err(|error| {
            let mut fault = project.fault(&["suite", name.as_str(), "cases"], error.to_string());
            fault.hint = error.hint();
            fault
        })?;
        texts.push((path.as_str(), text));
    }
    let sources: Vec<SourceText<'_>> = texts.iter().map(|(file, text)| SourceText::new(file, text)).collect();
    read_case_files(&sources)
}
