//! Files of tests: CSV, XLSX, JSON, JSON Lines and YAML.

use loopwright_core::SourceError;
use serde_json::Value;

use super::MOST;
use super::csv_test;
use super::reader::{Located, Reader, Spot};
use super::test_case::TestCase;
use crate::SourceText;
use crate::data_set::{csv_rows, xlsx_rows};
use crate::json_line::{bare_message, json_lines};
use crate::yaml::Node;

/// The tests in the file `path`, which is named at `spot`; `None` when it would have to be run.
pub(super) fn tests(path: &str, spot: &Spot, reader: &mut Reader<'_>) -> Result<Option<Vec<TestCase>>, SourceError> {
    let name = path.split('#').next().unwrap_or(path);
    Ok(Some(match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "csv" => table(path, spot, reader)?,
        "xlsx" => sheet(name, spot, reader)?,
        "json" => json(path, spot, reader)?,
        "jsonl" => lines(path, spot, reader)?,
        "yaml" | "yml" => {
            let text = reader.text(path, spot)?;
            let file = reader.yaml(path, text)?;
            read_all(&file.each(), reader)?
        }
        _ => return Ok(None),
    }))
}

fn read_all(list: &[Located], reader: &mut Reader<'_>) -> Result<Vec<TestCase>, SourceError> {
    list.iter().map(|one| TestCase::read(one, reader)).collect()
}

fn table(path: &str, spot: &Spot, reader: &mut Reader<'_>) -> Result<Vec<TestCase>, SourceError> {
    let text = reader.text(path, spot)?;
    let file = reader.note_file(path, text.clone());
    let mut tests = vec![];
    for row in csv_rows(text.as_bytes(), b',') {
        let row = row.map_err(|(at, message)| reader.fault(&Spot { file, start: at, end: at }, message))?;
        let cells: Vec<(String, Value)> = row.cells.into_iter().map(|(name, text)| (name, text.into())).collect();
        let spot = Spot { file, start: row.at, end: row.at };
        tests.push(csv_test::test(&cells, &spot, reader));
        limit(tests.len(), &spot, reader)?;
    }
    Ok(tests)
}

fn sheet(path: &str, spot: &Spot, reader: &mut Reader<'_>) -> Result<Vec<TestCase>, SourceError> {
    let bytes = reader.bytes(path, spot)?;
    let rows = xlsx_rows(bytes).map_err(|message| reader.fault(spot, format!("`{path}`: {message}")))?;
    let file = reader.note_file(path, String::new());
    let place = Spot { file, start: 0, end: 0 };
    Ok(rows.iter().take(MOST).map(|row| csv_test::test(row, &place, reader)).collect())
}

/// JSON is read as such, not as YAML, which knows other escapes.
fn json(path: &str, spot: &Spot, reader: &mut Reader<'_>) -> Result<Vec<TestCase>, SourceError> {
    let text = reader.text(path, spot)?;
    let file = reader.note_file(path, text.clone());
    let value: Value = serde_json::from_str(&text).map_err(|error| {
        let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
        let at = (lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1)).min(text.len());
        reader.fault(&Spot { file, start: at, end: at }, bare_message(&error))
    })?;
    read_all(&Located { file, node: Node::of_json(&value, &(0..0)) }.each(), reader)
}

fn lines(path: &str, spot: &Spot, reader: &mut Reader<'_>) -> Result<Vec<TestCase>, SourceError> {
    let text = reader.text(path, spot)?;
    let file = reader.note_file(path, text.clone());
    let mut tests = vec![];
    for line in json_lines(SourceText::new(path, &text)) {
        let at = line.text.as_ptr() as usize - text.as_ptr() as usize;
        let value: Value = line.parse()?;
        let node = Node::of_json(&value, &(at..at));
        tests.push(TestCase::read(&Located { file, node }, reader)?);
        limit(tests.len(), &Spot { file, start: at, end: at }, reader)?;
    }
    Ok(tests)
}

fn limit(count: usize, spot: &Spot, reader: &Reader<'_>) -> Result<(), SourceError> {
    if count <= MOST { Ok(()) } else { Err(reader.fault(spot, format!("more than {MOST} tests in one file"))) }
}
