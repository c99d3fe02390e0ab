//! A fault at a place in a text that a person wrote: file, line, column, what to do.

use std::fmt;
use std::ops::Range;

/// A fault in a file, with the place. The binary draws it with a caret; `Display` is the one-line form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// The file, as the person named it.
    pub file: String,
    /// The text around the fault: the whole file, or for line formats the one line.
    pub text: String,
    /// Line number of the first line of `text`, from 1.
    pub first_line: usize,
    /// The faulty bytes of `text`; may be empty at its end.
    pub span: Range<usize>,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl SourceError {
    /// A fault in a line format: the `line`-th line (from 1) reads `text`; `column` counts bytes from 0.
    pub fn in_line(
        file: impl Into<String>,
        line: usize,
        text: &str,
        column: usize,
        message: impl Into<String>,
    ) -> Self {
        let start = floor_boundary(text, column);
        let end = text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        Self {
            file: file.into(),
            text: text.to_owned(),
            first_line: line,
            span: start..end,
            message: message.into(),
            hint: None,
        }
    }

    /// A fault in line `line`, at the column that `error` of `serde_json` names. Shows the line alone.
    pub fn in_json_line(file: impl Into<String>, line: usize, text: &str, error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        Self::in_line(file, line, text, error.column().saturating_sub(1), message)
    }

    /// The same fault with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Line and column of the fault, both from 1; the column counts characters.
    pub fn position(&self) -> (usize, usize) {
        let before = &self.text[..floor_boundary(&self.text, self.span.start)];
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count());
        (self.first_line + line, column + 1)
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.position();
        write!(f, "{}:{line}:{column}: {}", self.file, self.message)
    }
}

impl std::error::Error for SourceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_a_json_fault() {
        let text = r#"{"key": "é", oops}"#;
        let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
        let fault = SourceError::in_json_line("cases/dev.jsonl", 7, text, &error);
        assert_eq!(fault.position().0, 7);
        assert!(fault.to_string().starts_with("cases/dev.jsonl:7:"), "{fault}");
        assert!(text[fault.span.clone()].starts_with('o'), "{fault:?}");
    }

    #[test]
    fn never_panics_on_a_column_inside_a_character() {
        for column in 0..9 {
            let fault = SourceError::in_line("f", 1, "aéé", column, "m");
            assert!(fault.position().1 >= 1);
        }
    }
}
