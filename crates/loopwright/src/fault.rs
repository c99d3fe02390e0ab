//! A command that cannot go on: what is wrong, where, and what to do, for a person.

use std::error::Error;
use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use loopwright_agent::WorldError;
use loopwright_core::SourceError;
use loopwright_eval::{StageError, WorkError};
use loopwright_improve::{CiError, DuelError};
use loopwright_model::OpenError;

use crate::exit::Exit;
use crate::printer::{BAD, HINT, visible};
use crate::project::{ProjectError, WriteError};

/// Why a command cannot go on, and how the process ends for it.
#[derive(Debug)]
pub struct Fault {
    /// How the process ends.
    pub exit: Exit,
    cause: Cause,
    hints: Vec<String>,
}

#[derive(Debug)]
enum Cause {
    Source(Box<SourceError>),
    Error(Box<dyn Error + Send + Sync>),
}

impl Fault {
    /// The person asked for something that cannot be: exit code 2.
    pub fn usage(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { exit: Exit::Usage, cause: Cause::Error(error.into()), hints: vec![] }
    }

    /// Something failed that should not have: exit code 1.
    pub fn unexpected(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { exit: Exit::Unexpected, ..Self::usage(error) }
    }

    /// There is nothing to run: exit code 5.
    pub fn nothing(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { exit: Exit::Nothing, ..Self::usage(error) }
    }

    /// The same fault with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What a person reads: the fault with its place and causes, then the hints. Holds colours; whoever writes it strips
    /// them where they do not belong.
    pub fn render(&self) -> String {
        let mut out = match &self.cause {
            Cause::Source(fault) => draw(fault),
            Cause::Error(error) => chain(error.as_ref()),
        };
        for hint in &self.hints {
            let _ = write!(out, "\n{HINT}hint:{HINT:#} {}", visible(hint));
        }
        out
    }

    /// What is wrong, in one line without its place.
    pub fn message(&self) -> String {
        match &self.cause {
            Cause::Source(fault) => fault.to_string(),
            Cause::Error(error) => error.to_string(),
        }
    }

    /// The fault as an object of JSON: `message`, `causes`, `hints`, and `file`, `line`, `column` where there is a place.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.cause {
            Cause::Source(fault) => {
                let (line, column) = fault.position();
                serde_json::json!({
                    "exit": self.exit.code(), "message": fault.message, "causes": [], "hints": self.hints,
                    "file": fault.file, "line": line, "column": column,
                })
            }
            Cause::Error(error) => serde_json::json!({
                "exit": self.exit.code(), "message": error.to_string(), "causes": causes(error.as_ref()),
                "hints": self.hints,
            }),
        }
    }
}

impl From<SourceError> for Fault {
    fn from(mut fault: SourceError) -> Self {
        let hints = fault.hint.take().into_iter().collect();
        Self { exit: Exit::Usage, cause: Cause::Source(Box::new(fault)), hints }
    }
}

impl From<ProjectError> for Fault {
    fn from(error: ProjectError) -> Self {
        let hints = error.hint().into_iter().collect();
        match error {
            ProjectError::Source(fault) => Self::from(*fault),
            other => Self { hints, ..Self::usage(other) },
        }
    }
}

impl From<WriteError> for Fault {
    fn from(error: WriteError) -> Self {
        let hints = error.hint().into_iter().collect();
        let exit = if matches!(error, WriteError::Io { .. }) { Exit::Unexpected } else { Exit::Usage };
        Self { exit, hints, ..Self::usage(error) }
    }
}

impl From<WorldError> for Fault {
    fn from(error: WorldError) -> Self {
        match error {
            WorldError::Script(fault) => Self::from(*fault),
            error => Self::unexpected(error),
        }
    }
}

impl From<CiError> for Fault {
    fn from(error: CiError) -> Self {
        match error {
            CiError::Duel(DuelError::Work(error)) => Self::from(error),
            error => Self::unexpected(error),
        }
    }
}

impl From<WorkError> for Fault {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::Plan(error) => Self::nothing(error),
            WorkError::Stage(StageError::Open(error @ OpenError::MissingKey { .. })) => {
                Self::usage(error).with_hint("`standin:small` needs no key")
            }
            WorkError::Stage(error @ StageError::Missing { .. }) => {
                Self::usage(error).with_hint("what it was measured on was never kept here: measure a new baseline")
            }
            WorkError::Stage(error) => Self::usage(error),
            error => Self::unexpected(error),
        }
    }
}

fn causes(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut out = format!("{BAD}error:{BAD:#} {}", visible(&error.to_string()));
    for cause in causes(error) {
        let _ = write!(out, "\n  caused by: {}", visible(&cause));
    }
    out
}

/// The line of the fault, with a caret under what is wrong.
fn draw(fault: &SourceError) -> String {
    // Only the lines near the fault are drawn, so only they are given away: files can be long.
    let start = fault.text[..fault.span.start.min(fault.text.len())].rfind('\n').map_or(0, |at| at + 1);
    let end = fault.text[fault.span.end.clamp(start, fault.text.len())..].find('\n');
    let end = end.map_or(fault.text.len(), |at| fault.span.end.clamp(start, fault.text.len()) + at);
    let (source, shift) = window(&fault.text[start..end], fault.span.start.saturating_sub(start));
    // As many bytes as before, so that the caret keeps its place.
    let plain = |c: char| if c.is_control() && c != '\n' && c != '\t' { "?".repeat(c.len_utf8()) } else { c.into() };
    let source: String = source.chars().map(plain).collect();
    let from = fault.span.start.saturating_sub(start + shift).min(source.len());
    let to = fault.span.end.saturating_sub(start + shift).clamp(from, source.len());
    let message = visible(&fault.message);
    let snippet = Snippet::source(source)
        .line_start(fault.position().0)
        .path(fault.file.as_str())
        .annotation(AnnotationKind::Primary.span(from..to));
    let report = &[Level::ERROR.primary_title(message).element(snippet)];
    Renderer::styled().render(report)
}

/// Lines of data may be long: the part of `line` around the byte `at`, and where it begins.
fn window(line: &str, at: usize) -> (&str, usize) {
    const BEFORE: usize = 120;
    const AFTER: usize = 200;
    if line.len() <= BEFORE + AFTER || line.contains('\n') {
        return (line, 0);
    }
    let boundary = |mut at: usize| {
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = boundary(at.min(line.len()).saturating_sub(BEFORE));
    (&line[from..boundary((at + AFTER).min(line.len()))], from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(fault: Fault) -> String {
        anstream::adapter::strip_str(&fault.render()).to_string()
    }

    #[test]
    fn a_long_line_is_shown_around_the_fault_alone() {
        let text = format!("{}\u{1b}é!{}", "x".repeat(5000), "y".repeat(5000));
        let shown = plain(SourceError::in_line("f.jsonl", 3, &text, 5003, "no").into());
        assert!(shown.len() < 1200 && shown.contains("f.jsonl:3"), "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        let caret = lines[4].find('^').unwrap();
        assert_eq!(lines[3].chars().nth(caret), Some('!'), "{shown}");
        assert!(!shown.contains('\u{1b}'));
    }

    #[test]
    fn a_fault_at_the_end_of_a_text_is_drawn() {
        for text in ["", "a\n", "a"] {
            let fault = SourceError { span: text.len()..text.len(), ..SourceError::in_line("f", 1, text, 0, "no") };
            assert!(plain(fault.into()).starts_with("error: no"), "{text:?}");
        }
    }

    #[test]
    fn causes_and_hints_follow() {
        let cause = std::io::Error::other("disk\u{7}full");
        let error = WriteError::Io { path: "a".into(), source: cause };
        let fault = Fault::from(error).with_hint("make room");
        assert_eq!(fault.exit, Exit::Unexpected);
        assert_eq!(fault.to_json()["causes"][0], "disk\u{7}full");
        assert_eq!(plain(fault), "error: `a` cannot be written\n  caused by: disk\u{fffd}full\nhint: make room");
    }
}
