#![doc = include_str!("../../../doc/metric/csv.md")]

use std::sync::Arc;

use loopwright_core::Direction;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::fence::fenced;
use crate::metric::text::read_said;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError};

pub(super) const KIND: MetricKind = MetricKind {
    name: "csv",
    version: 1,
    title: "the answer is a table of separated values, with the columns and rows it should have",
    doc: include_str!("../../../doc/metric/csv.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new("columns", "the names of the columns, in order; any two or more will do when absent"),
        Setting::new("least_rows", "how many rows there must be at least, beside the names; 1 when absent"),
        Setting::new("most_rows", "how many there may be at most; any number when absent"),
        Setting::new("separator", "the one character between values; a comma when absent"),
    ],
    build,
};

#[derive(Deserialize)]
struct Csv {
    columns: Option<Vec<String>>,
    #[serde(default = "one")]
    least_rows: usize,
    #[serde(default = "any")]
    most_rows: usize,
    #[serde(default = "comma")]
    separator: char,
}

fn one() -> usize {
    1
}

fn any() -> usize {
    usize::MAX
}

fn comma() -> char {
    ','
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let csv: Csv = SettingError::read(settings)?;
    if csv.least_rows > csv.most_rows {
        let message = format!("nothing has at least {} and at most {} rows", csv.least_rows, csv.most_rows);
        return Err(SettingError::at("least_rows", message));
    }
    if matches!(csv.separator, '"' | '\n' | '\r') {
        return Err(SettingError::at("separator", "`separator` is a quotation mark or the end of a line"));
    }
    Ok(Arc::new(csv))
}

impl Scorer for Csv {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        read_said(judged, |said| Reading::judged(self.kept(fenced(said))))
    }
}

impl Csv {
    fn kept(&self, text: &str) -> Result<String, String> {
        let records = records(text, self.separator)?;
        let Some((names, rows)) = records.split_first() else { return Err("the answer holds no table".to_owned()) };
        let is_named = |wanted: &Vec<String>| wanted.iter().eq(names.iter().map(|name| name.trim()));
        match &self.columns {
            Some(wanted) if !is_named(wanted) => {
                return Err(format!("the columns are `{}`, and not `{}`", names.join("`, `"), wanted.join("`, `")));
            }
            None if names.len() < 2 => return Err("the answer has a single column: it is no table".to_owned()),
            _ => {}
        }
        if let Some(at) = rows.iter().position(|row| row.len() != names.len()) {
            return Err(format!("row {} has {} values, and there are {} columns", at + 1, rows[at].len(), names.len()));
        }
        match rows.len() {
            few if few < self.least_rows => {
                Err(format!("there are {few} rows, and at least {} are needed", self.least_rows))
            }
            many if many > self.most_rows => {
                Err(format!("there are {many} rows, and at most {} may be", self.most_rows))
            }
            _ => Ok(String::new()),
        }
    }
}

/// The records of `text` (RFC 4180): values may stand in quotation marks, which are doubled within. Empty lines are none.
fn records(text: &str, separator: char) -> Result<Vec<Vec<String>>, String> {
    let (mut records, mut record, mut value) = (vec![], vec![], String::new());
    let mut chars = text.chars().peekable();
    let mut is_quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.next_if_eq(&'"').is_some() => value.push('"'),
            '"' if is_quoted => {
                is_quoted = false;
                if chars.peek().is_some_and(|next| ![separator, '\n', '\r'].contains(next)) {
                    return Err(format!("record {}: text follows a closing quotation mark", records.len() + 1));
                }
            }
            _ if is_quoted => value.push(c),
            '"' if value.is_empty() => is_quoted = true,
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' => {
                record.push(std::mem::take(&mut value));
                records.push(std::mem::take(&mut record));
            }
            _ if c == separator => record.push(std::mem::take(&mut value)),
            _ => value.push(c),
        }
    }
    if is_quoted {
        return Err(format!("record {}: a quotation mark is never closed", records.len() + 1));
    }
    record.push(value);
    records.push(record);
    records.retain(|record| record.len() > 1 || !record[0].is_empty());
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    fn evidence(said: &str, settings: Value) -> Result<(), String> {
        let score = Scene::expecting(json!({})).answers(said).score_with(&KIND, settings);
        if score.value == Some(1.0) { Ok(()) } else { Err(score.evidence) }
    }

    #[test]
    fn values_may_hold_separators_marks_and_lines() {
        let read = records("a,b\r\n\"1,\n2\",\"say \"\"x\"\"\"\n\n3,\n", ',').unwrap();
        assert_eq!(read, [["a", "b"], ["1,\n2", "say \"x\""], ["3", ""]]);
        assert_eq!(records("a,\"b", ',').unwrap_err(), "record 1: a quotation mark is never closed");
        assert_eq!(records("a,\"b\"c", ',').unwrap_err(), "record 1: text follows a closing quotation mark");
    }

    #[test]
    fn every_row_has_a_value_for_each_column() {
        assert_eq!(evidence("So:\n```csv\nid,price\n1,2\n```", json!({})), Ok(()));
        assert_eq!(evidence("id,price\n1,2\n3", json!({})).unwrap_err(), "row 2 has 1 values, and there are 2 columns");
        assert_eq!(
            evidence("It is sold out.", json!({})).unwrap_err(),
            "the answer has a single column: it is no table"
        );
        assert_eq!(evidence("id\n1", json!({"columns": ["id"]})), Ok(()));
        assert_eq!(evidence("id;price\n1;2", json!({"separator": ";"})), Ok(()));
    }

    #[test]
    fn columns_and_rows_may_be_asked_for() {
        let wanted = || json!({"columns": ["id", "price"], "least_rows": 2, "most_rows": 3});
        assert_eq!(evidence("id, price\n1,2\n3,4", wanted()), Ok(()));
        let other = evidence("id,cost\n1,2\n3,4", wanted()).unwrap_err();
        assert_eq!(other, "the columns are `id`, `cost`, and not `id`, `price`");
        assert_eq!(evidence("id,price\n1,2", wanted()).unwrap_err(), "there are 1 rows, and at least 2 are needed");
        let many = evidence("id,price\n1,2\n1,2\n1,2\n1,2", wanted()).unwrap_err();
        assert_eq!(many, "there are 4 rows, and at most 3 may be");
        for settings in
            [json!({"least_rows": 3, "most_rows": 2}), json!({"separator": "\""}), json!({"separator": ",,"})]
        {
            assert!(KIND.with(settings.as_object().unwrap().clone()).is_err(), "{settings}");
        }
    }
}
