//! One line of a JSON Lines file, and the faults that point into it.

use loopwright_core::SourceError;
use serde::de::DeserializeOwned;

use crate::SourceText;

/// Longest line that is read, in bytes. Longer ones are some other format.
const MAX_LINE: usize = 4 << 20;

const ONE_OBJECT: &str = "each line is one whole JSON object";

/// One line that is not blank.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonLine<'a> {
    pub(crate) file: &'a str,
    /// From 1.
    pub(crate) number: usize,
    pub(crate) text: &'a str,
}

/// The lines of `source` that are not blank. A byte order mark is skipped.
pub(crate) fn json_lines<'a>(source: SourceText<'a>) -> impl Iterator<Item = JsonLine<'a>> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(source.text);
    let lines = text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty());
    lines.map(move |(index, text)| JsonLine { file: source.file, number: index + 1, text })
}

impl JsonLine<'_> {
    /// The line as a `T`.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, SourceError> {
        if self.text.len() > MAX_LINE {
            let start: String = self.text.chars().take(80).collect();
            let message = format!("a line of {} bytes is longer than the {MAX_LINE} that are read", self.text.len());
            return Err(SourceError::in_line(self.file, self.number, &start, 0, message));
        }
        // Serde would take a list for a record by position.
        match self.text.trim_start().chars().next() {
            Some('{') => serde_json::from_str(self.text).map_err(|error| self.explain(&error)),
            Some('[') => Err(self
                .fault("expected an object, found a list")
                .with_hint("this reader takes JSON Lines: one object on each line, without a list around them")),
            _ => Err(self.fault("expected an object").with_hint(ONE_OBJECT)),
        }
    }

    /// The same fault as `serde_json` sees it, with the caret on the field it names and advice.
    fn explain(&self, error: &serde_json::Error) -> SourceError {
        let fault = SourceError::in_json_line(self.file, self.number, self.text, error);
        if let Some((field, known)) = unknown_field(&fault.message) {
            let mut fault = self.fault_at_field(field, format!("unknown field `{field}`"));
            fault.hint = Some(suggestion(field, &known, "fields"));
            return fault;
        }
        match error.classify() {
            serde_json::error::Category::Data => fault,
            _ => fault.with_hint(ONE_OBJECT),
        }
    }

    /// A fault of the whole line.
    pub(crate) fn fault(&self, message: impl Into<String>) -> SourceError {
        SourceError::in_line(self.file, self.number, self.text, 0, message)
    }

    /// A fault that points at the first place where `field` is a key of an object, or at the line when it is none.
    pub(crate) fn fault_at_field(&self, field: &str, message: impl Into<String>) -> SourceError {
        let quoted = serde_json::Value::from(field).to_string();
        let is_key = |at: usize| self.text[at + quoted.len()..].trim_start().starts_with(':');
        let place = self.text.match_indices(&quoted).map(|(at, _)| at).find(|at| is_key(*at));
        let mut fault = self.fault(message);
        if let Some(at) = place {
            fault.span = at..at + quoted.len();
        }
        fault
    }
}

/// What `error` says, without the place that it adds: whoever shows it has a better one.
pub(crate) fn bare_message(error: &serde_json::Error) -> String {
    error.to_string().split(" at line ").next().unwrap_or_default().to_owned()
}

/// Takes the name and the known names out of ``unknown field `x`, expected one of `a`, `b` ``.
fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let mut ticked = rest.split('`');
    let field = ticked.next()?;
    Some((field, ticked.skip(1).step_by(2).collect()))
}

/// Advice to whoever wrote `given` where only the `kind` that are `known` can stand.
pub(crate) fn suggestion(given: &str, known: &[&str], kind: &str) -> String {
    match nearest(given, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the {kind} here are {}", ticked(known)),
    }
}

/// The known name that is most like `given`, when one is.
fn nearest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(given, name);
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= 0.8).then_some(best)
}

fn ticked(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_names_out_of_a_message() {
        let message = "unknown field `expects`, expected one of `key`, `input`, `expect`";
        let (field, known) = unknown_field(message).unwrap();
        assert_eq!((field, known.as_slice()), ("expects", ["key", "input", "expect"].as_slice()));
        assert_eq!(nearest(field, &known), Some("expect"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(unknown_field("unknown field `a`, there are no fields").unwrap().0, "a");
    }

    #[test]
    fn counts_blank_lines_and_skips_the_byte_order_mark() {
        let source = SourceText::new("f", "\u{feff}1\r\n\n  \n2\n");
        let lines: Vec<(usize, &str)> = json_lines(source).map(|line| (line.number, line.text)).collect();
        assert_eq!(lines, [(1, "1"), (4, "2")]);
    }

    #[test]
    fn the_caret_stands_on_the_key_and_not_on_a_value() {
        let line = JsonLine { file: "f", number: 1, text: r#"{"a": "tool", "tool" : 1}"# };
        assert_eq!(line.fault_at_field("tool", "m").span, 14..20);
        assert_eq!(line.fault_at_field("none", "m").position(), (1, 1));
    }

    #[test]
    fn an_endless_line_is_refused_without_being_shown_whole() {
        let text = format!("\"{}\"", "x".repeat(MAX_LINE));
        let fault = JsonLine { file: "f", number: 1, text: &text }.parse::<serde_json::Value>().unwrap_err();
        assert!(fault.text.len() < 100 && fault.message.contains("longer"), "{fault}");
    }
}
