//! Which columns of a row are what of a case.

use loopwright_core::{AnswerRule, Case, CaseKey, Expectation, GroupName, Input, SourceError, Split, Tag};
use serde_json::{Map, Value};

use super::Place;
use crate::foreign_name::tag;
use crate::json_line::suggestion;
use crate::plain_message::message;

/// How the keys of rows without one begin.
pub(super) const ROW: &str = "row-";

/// Which columns are what. In JSON and YAML a name such as `item.question` leads into objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMap {
    /// What is asked: a text, or a list of messages with `role` and `content`.
    pub input: String,
    /// What is right: a text, a number, or a list of which any will do.
    pub answer: Option<String>,
    /// How it is right.
    pub matching: AnswerMatch,
    /// A name of its own for each case; rows are numbered otherwise.
    pub key: Option<String>,
    /// Cases with the same value here are not independent of each other.
    pub group: Option<String>,
    /// Columns whose values become tags, as `column:value`.
    pub tags: Vec<String>,
}

/// How an answer must agree with the data set's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AnswerMatch {
    /// It contains it; case and white space are folded.
    #[default]
    Contains,
    /// It is equal; case and white space are folded.
    Equals,
    /// It contains a number that is equal.
    Number,
    /// It is measured how similar it is, and nothing must agree.
    Reference,
}

/// What is wrong with a row.
pub(super) struct RowFault {
    column: Option<String>,
    message: String,
    hint: Option<String>,
}

impl RowFault {
    fn in_column(column: &str, message: impl Into<String>) -> Self {
        Self { column: Some(column.to_owned()), message: message.into(), hint: None }
    }

    /// The same with its place; the caret stands at the column's name where the text holds it.
    pub(super) fn at(self, file: &str, place: Place<'_>) -> SourceError {
        let written = self.column.as_ref().map(|column| Value::from(column.as_str()).to_string());
        let at = written.and_then(|written| place.text.find(&written)).unwrap_or_default();
        let mut fault = SourceError::in_line(file, place.line, place.text, at, self.message);
        fault.hint = self.hint;
        fault
    }
}

impl ColumnMap {
    /// The column `input` is what is asked, and no other is read.
    pub fn new(input: impl Into<String>) -> Self {
        let matching = AnswerMatch::default();
        Self { input: input.into(), answer: None, matching, key: None, group: None, tags: vec![] }
    }

    /// The same, with the column `answer` as what is right.
    #[must_use]
    pub fn with_answer(self, answer: impl Into<String>, matching: AnswerMatch) -> Self {
        Self { answer: Some(answer.into()), matching, ..self }
    }

    /// The case that `row` is, the `number`-th from 1.
    pub(super) fn case(&self, row: &Map<String, Value>, number: u64) -> Result<Case, RowFault> {
        let name = |error: String, column: &String| RowFault::in_column(column, error);
        let key = match &self.key {
            None => format!("{ROW}{number}"),
            Some(column) => plain(needed(row, column)?),
        };
        let key = CaseKey::new(key).map_err(|error| {
            let hint = Some("leave `--key` out, and rows are numbered".to_owned());
            RowFault { column: self.key.clone(), message: error.to_string(), hint }
        })?;
        let group = match &self.group {
            Some(column) => {
                let group = plain(needed(row, column)?);
                Some(GroupName::new(group).map_err(|error| name(error.to_string(), column))?)
            }
            None => None,
        };
        let answer = self.answer.as_ref().and_then(|column| Some((column, found(row, column)?)));
        let expectation = match answer {
            Some((column, value)) => self.expectation(value).map_err(|error| name(error, column))?,
            None => Expectation::default(),
        };
        let tags = self.tags.iter().flat_map(|column| tags(row, column)).collect();
        let input = input(needed(row, &self.input)?).map_err(|error| name(error, &self.input))?;
        Ok(Case { key, input, expectation, tags, group, owner: None, split: Split::Dev })
    }

    fn expectation(&self, value: &Value) -> Result<Expectation, String> {
        let texts: Vec<String> = match value {
            Value::Array(list) => list.iter().map(plain).collect(),
            other => vec![plain(other)],
        };
        let texts: Vec<String> = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
        let Some(first) = texts.first() else { return Ok(Expectation::default()) };
        let reference = Some(first.clone());
        let answer = match (self.matching, texts.as_slice()) {
            (AnswerMatch::Reference, _) => None,
            (AnswerMatch::Contains, [one]) => Some(AnswerRule::Contains(one.clone())),
            (AnswerMatch::Contains, _) => Some(AnswerRule::ContainsAny(texts.clone())),
            (AnswerMatch::Equals, [one]) => Some(AnswerRule::Equals(one.clone())),
            (AnswerMatch::Number, [one]) => Some(AnswerRule::Number { value: number(one)?, tolerance: 0.0 }),
            (_, several) => return Err(format!("{} answers, where one is compared with", several.len())),
        };
        Ok(Expectation { answer, reference, ..Expectation::default() })
    }
}

fn number(text: &str) -> Result<f64, String> {
    let digits = text.trim().replace(',', "");
    digits.parse::<f64>().ok().filter(|it| it.is_finite()).ok_or_else(|| format!("`{text}` is no number"))
}

/// The value under `column`: its name as it stands, or steps into objects.
fn found<'a>(row: &'a Map<String, Value>, column: &str) -> Option<&'a Value> {
    let steps = || {
        let (first, rest) = column.split_once('.')?;
        rest.split('.').try_fold(row.get(first)?, |value, step| value.get(step))
    };
    row.get(column).or_else(steps).filter(|value| !value.is_null())
}

fn needed<'a>(row: &'a Map<String, Value>, column: &str) -> Result<&'a Value, RowFault> {
    found(row, column).ok_or_else(|| {
        let names: Vec<&str> = row.keys().map(String::as_str).take(20).collect();
        let hint = suggestion(column, &names, "columns");
        RowFault { column: None, message: format!("there is no column `{column}`"), hint: Some(hint) }
    })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn tags(row: &Map<String, Value>, column: &str) -> Vec<Tag> {
    let values = match found(row, column) {
        None => vec![],
        Some(Value::Array(list)) => list.iter().map(plain).collect(),
        Some(one) => vec![plain(one)],
    };
    values.iter().filter(|value| !value.trim().is_empty()).filter_map(|value| tag(column, value)).collect()
}

fn input(value: &Value) -> Result<Input, String> {
    match value {
        Value::String(text) if text.trim().is_empty() => Err("nothing is asked".to_owned()),
        Value::String(text) => Ok(Input::text(text.as_str())),
        Value::Array(list) if !list.is_empty() => {
            let messages = list.iter().map(message).collect::<Result<_, _>>()?;
            Ok(Input { messages, tools: vec![], setup: None, then: vec![] })
        }
        Value::Number(_) | Value::Bool(_) => Ok(Input::text(value.to_string())),
        _ => Err("what is asked is neither a text nor a list of messages".to_owned()),
    }
}
