//! A row of a table → a test: each column is a variable, but for those that begin with `__`.

use serde_json::Value;

use super::assertion::{Assertion, Single, from_cell};
use super::reader::{Reader, Spot};
use super::test_case::TestCase;

/// The test that `row` is, which stands at `spot`.
pub(super) fn test(row: &[(String, Value)], spot: &Spot, reader: &mut Reader<'_>) -> TestCase {
    let mut test = TestCase::at(spot);
    let mut asserts: Vec<Single> = vec![];
    for (column, value) in row {
        let text = plain(value);
        match column.trim() {
            name if name.starts_with("__expected") => {
                asserts.extend(Some(text.trim()).filter(|cell| !cell.is_empty()).map(|cell| from_cell(cell, spot)));
            }
            "__prefix" => test.prefix = Some(text),
            "__suffix" => test.suffix = Some(text),
            "__description" => test.description = Some(text).filter(|text| !text.is_empty()),
            "__threshold" => test.threshold = text.trim().parse().ok(),
            "__metric" | "__config" => {}
            name if name.starts_with("__config:") => {}
            name => other(name, value, text, spot, &mut test, reader),
        }
    }
    settle(row, &mut asserts, spot, reader);
    test.asserts = asserts.into_iter().map(|single| Assertion::One(Box::new(single))).collect();
    test
}

/// A column that is a label, a variable, or of no use.
fn other(name: &str, value: &Value, text: String, spot: &Spot, test: &mut TestCase, reader: &mut Reader<'_>) {
    match name.strip_prefix("__metadata:") {
        Some(label) if label.ends_with("[]") => {
            let label = label.trim_end_matches("[]");
            test.labels.extend(text.split(',').map(|one| (label.to_owned(), one.trim().to_owned())));
        }
        Some(label) => test.labels.push((label.to_owned(), text)),
        None if name.starts_with("__") => {
            reader.leave_out(spot, format!("the column `{name}`"), "it has no counterpart here");
        }
        None => test.vars.push((name.to_owned(), value.clone())),
    }
}

/// Lays the columns about asserts over them.
fn settle(row: &[(String, Value)], asserts: &mut [Single], spot: &Spot, reader: &mut Reader<'_>) {
    for (column, value) in row {
        let (column, text) = (column.trim(), plain(value));
        if column == "__metric" && !text.is_empty() {
            asserts.iter_mut().for_each(|single| single.metric = Some(text.clone()));
        }
        let Some(setting) = column.strip_prefix("__config:") else { continue };
        let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        match (place(setting).and_then(|index| asserts.get_mut(index)), number) {
            (Some(single), Some(threshold)) => single.threshold = Some(threshold),
            _ => reader.leave_out(
                spot,
                format!("the column `{column}`"),
                "it sets no threshold of an `__expected` column",
            ),
        }
    }
}

/// The index in `__expected2:threshold`.
fn place(setting: &str) -> Option<usize> {
    let number = setting.strip_suffix(":threshold")?.strip_prefix("__expected")?;
    if number.is_empty() { Some(0) } else { number.parse::<usize>().ok()?.checked_sub(1) }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
