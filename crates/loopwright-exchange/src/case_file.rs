//! Files of cases: JSON Lines, one [`Case`] on each line.

use std::collections::BTreeMap;

use loopwright_core::{Case, CaseKey, Digest, SourceError};

use crate::SourceText;
use crate::json_line::{JsonLine, json_lines};

/// Reads one file of cases. Blank lines are skipped; an empty file holds no case.
///
/// ```
/// let text = r#"{"key": "hours", "input": "When do you open?", "expect": {"answer": {"contains": "9"}}}"#;
/// let cases = loopwright_exchange::read_cases("cases/dev.jsonl", text).unwrap();
/// assert_eq!(cases[0].input.question(), "When do you open?");
///
/// let fault = loopwright_exchange::read_cases("cases/dev.jsonl", r#"{"key": "hours", "inputs": "?"}"#).unwrap_err();
/// assert_eq!(fault.to_string(), "cases/dev.jsonl:1:18: unknown field `inputs`");
/// assert_eq!(fault.hint.as_deref(), Some("did you mean `input`?"));
/// ```
///
/// # Errors
/// At the first line that is not a case, or that repeats the key or the input of an earlier one.
pub fn read_cases(file: &str, text: &str) -> Result<Vec<Case>, SourceError> {
    read_case_files(&[SourceText::new(file, text)])
}

/// Reads the files of one suite, in order. A key and an input may stand only once in all of them together: the key is
/// what intervals cluster by, and the input is what a trial is known by.
///
/// # Errors
/// At the first line that is not a case, or that repeats the key or the input of an earlier one.
pub fn read_case_files(files: &[SourceText<'_>]) -> Result<Vec<Case>, SourceError> {
    let mut cases = Vec::new();
    let mut seen = Seen::by("key");
    for line in files.iter().flat_map(|file| json_lines(*file)) {
        let case: Case = line.parse()?;
        seen.add(&line, &case)?;
        cases.push(case);
    }
    Ok(cases)
}

/// Where each key and each input stood first.
pub(crate) struct Seen<'a> {
    /// The field that holds the key.
    field: &'static str,
    keys: BTreeMap<CaseKey, JsonLine<'a>>,
    inputs: BTreeMap<Digest, (CaseKey, JsonLine<'a>)>,
}

impl<'a> Seen<'a> {
    /// Nothing yet; the key stands in `field`.
    pub(crate) fn by(field: &'static str) -> Self {
        Self { field, keys: BTreeMap::new(), inputs: BTreeMap::new() }
    }

    /// Whether the input of `case` stood on an earlier line.
    pub(crate) fn has_input_of(&self, case: &Case) -> bool {
        self.inputs.contains_key(&case.input.digest())
    }

    /// Notes `case`, which stands on `line`.
    pub(crate) fn add(&mut self, line: &JsonLine<'a>, case: &Case) -> Result<(), SourceError> {
        if let Some(first) = self.keys.insert(case.key.clone(), *line) {
            let name = &case.key;
            let fault = line.fault_at_field(self.field, format!("the key `{name}` is taken by {}", first.place(line)));
            return Err(fault.with_hint("give each case a key of its own"));
        }
        let here = (case.key.clone(), *line);
        if let Some((name, first)) = self.inputs.insert(case.input.digest(), here) {
            let message = format!("the input is the same as that of `{name}` on {}", first.place(line));
            let fault = line.fault_at_field("input", message);
            return Err(fault.with_hint("trials are known by their input: keep one of the two, or change the words"));
        }
        Ok(())
    }
}

impl JsonLine<'_> {
    /// The line, as said on `other`.
    fn place(&self, other: &JsonLine<'_>) -> String {
        if self.file == other.file {
            format!("line {}", self.number)
        } else {
            format!("line {} of `{}`", self.number, self.file)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> SourceError {
        read_cases("c.jsonl", text).unwrap_err()
    }

    #[test]
    fn reads_cases_and_skips_blank_lines() {
        let text = "{\"key\":\"a\",\"input\":\"1\"}\n\n{\"key\":\"b\",\"input\":\"2\",\"split\":\"vault\"}\n";
        assert_eq!(read_cases("c.jsonl", text).unwrap().len(), 2);
        assert!(read_cases("c.jsonl", "").unwrap().is_empty());
    }

    #[test]
    fn an_unknown_field_inside_names_the_nearest() {
        let fault = fault("\n{\"key\":\"a\",\"input\":\"1\",\"expect\":{\"awnser\":{\"contains\":\"x\"}}}");
        assert_eq!(fault.to_string(), "c.jsonl:2:34: unknown field `awnser`");
        assert_eq!(fault.hint.as_deref(), Some("did you mean `answer`?"));
    }

    #[test]
    fn a_fault_of_syntax_shows_its_place() {
        let fault = fault("{\"key\":\"a\",\"input\":\"1\",}");
        assert!(fault.to_string().starts_with("c.jsonl:1:24: "), "{fault}");
        assert_eq!(fault.hint.as_deref(), Some("each line is one whole JSON object"));
        assert!(super::read_cases("c", "[{\"key\":").unwrap_err().hint.unwrap().contains("JSON Lines"));
    }

    #[test]
    fn a_bad_key_says_why() {
        let fault = fault(r#"{"key":"two words","input":"1"}"#);
        assert!(fault.message.contains("cannot stand in a case key"), "{fault}");
    }

    #[test]
    fn repeats_name_both_lines() {
        let again = fault("{\"key\":\"a\",\"input\":\"1\"}\n{\"key\":\"a\",\"input\":\"2\"}");
        assert_eq!(again.to_string(), "c.jsonl:2:2: the key `a` is taken by line 1");
        let same = fault("{\"key\":\"a\",\"input\":\"1\"}\n\n{\"key\":\"b\",\"input\":\"1\"}");
        assert_eq!(same.to_string(), "c.jsonl:3:12: the input is the same as that of `a` on line 1");
    }

    #[test]
    fn repeats_are_found_across_files() {
        let one = SourceText::new("dev.jsonl", "{\"key\":\"a\",\"input\":\"1\"}");
        let two = SourceText::new("vault.jsonl", "{\"key\":\"b\",\"input\":\"1\"}");
        let fault = read_case_files(&[one, two]).unwrap_err();
        assert!(fault.message.ends_with("line 1 of `dev.jsonl`"), "{fault}");
    }
}
