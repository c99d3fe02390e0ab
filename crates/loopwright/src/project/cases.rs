//! The cases of a suite.

use loopwright_core::{Case, SourceError, Split, SuiteName};
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

/// A fault in the line of `case`, which is one of the suite `name`, at the words `words` where the line holds them. The
/// line of a sealed case is not shown.
pub(crate) fn fault(project: &Project, name: &SuiteName, case: &Case, words: &str, message: &str) -> SourceError {
    let files = project.suites.get(name).map(|suite| suite.cases.as_slice()).unwrap_or_default();
    for path in files {
        let text = project.tree.read(path, CASES).unwrap_or_default();
        let is_it = |line: &str| serde_json::from_str::<Case>(line).is_ok_and(|other| other.key == case.key);
        let lines = text.strip_prefix('\u{feff}').unwrap_or(&text).lines().enumerate();
        if let Some((index, line)) = lines.into_iter().find(|(_, line)| is_it(line)) {
            let shown = if case.split == Split::Vault { "" } else { line };
            return at_words(SourceError::in_line(path.as_str(), index + 1, shown, 0, message), words);
        }
    }
    project.fault(&["suite", name.as_str(), "cases"], format!("the case `{}`: {message}", case.key))
}

/// The same fault at the last place where its line holds `words`: an expectation follows the input that it may repeat.
fn at_words(mut fault: SourceError, words: &str) -> SourceError {
    let written = serde_json::Value::from(words).to_string();
    if let Some(at) = fault.text.rfind(&written) {
        fault.span = at..at + written.len();
    }
    fault
}
