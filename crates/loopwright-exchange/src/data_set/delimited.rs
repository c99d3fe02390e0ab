//! Comma-separated values, with a line of names.

use std::io::BufRead;

use csv::{ByteRecord, ErrorKind, Position, ReaderBuilder};
use loopwright_core::SourceError;
use serde_json::{Map, Value};

use super::budget::{Budget, skip_mark};
use super::{DataSetError, Place, Taker};

/// A row with the names of its columns.
pub(crate) struct Row {
    /// Name and value, in the order of the file.
    pub(crate) cells: Vec<(String, String)>,
    /// Its first byte.
    pub(crate) at: usize,
}

/// The rows of a whole text: what they hold, or the byte at which one is faulty, and why.
pub(crate) fn csv_rows(text: &[u8], delimiter: u8) -> impl Iterator<Item = Result<Row, (usize, String)>> {
    let mark = "\u{feff}".as_bytes();
    let skipped = if text.starts_with(mark) { mark.len() } else { 0 };
    let mut reader = builder(delimiter).from_reader(&text[skipped..]);
    let names = reader.byte_headers().map(names).unwrap_or_default();
    let byte = move |position: Option<&Position>| position.map_or(0, |at| at.byte() as usize) + skipped;
    reader.into_byte_records().map(move |record| {
        let record = record.map_err(|error| (byte(error.position()), said(&error)))?;
        let at = byte(record.position());
        let cells = cells(&names, &record).map_err(|message| (at, message))?;
        Ok(Row { cells, at })
    })
}

/// Hands the rows to `taker`.
pub(super) fn read(file: &str, source: &mut dyn BufRead, taker: &mut Taker<'_>) -> Result<(), DataSetError> {
    let unreadable = |source| DataSetError::Read { file: file.to_owned(), source };
    skip_mark(source).map_err(unreadable)?;
    let delimiter = delimiter(source.fill_buf().map_err(unreadable)?);
    let budget = Budget::default();
    let mut reader = builder(delimiter).from_reader(budget.limit(source));
    let names = reader.byte_headers().map(names).map_err(|error| fault(file, error))?;
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(|error| fault(file, error))? {
        let line = record.position().map_or(0, Position::line) as usize;
        let place = Place { line, text: "" };
        let cells = cells(&names, &record).map_err(|message| taker.fault(place, message))?;
        let row: Map<String, Value> = cells.into_iter().map(|(name, text)| (name, text.into())).collect();
        taker.take(&row, place)?;
        budget.renew();
    }
    Ok(())
}

fn builder(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true);
    builder
}

/// What parts the names in the first line.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |mark: u8| line.iter().filter(|byte| **byte == mark).count();
    // The comma wins where all are as frequent.
    [b'\t', b';', b','].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

fn names(headers: &ByteRecord) -> Vec<String> {
    headers.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect()
}

/// A row may be short, and its last columns empty; more values than names are a fault.
fn cells(names: &[String], record: &ByteRecord) -> Result<Vec<(String, String)>, String> {
    if record.len() > names.len() {
        return Err(format!("{} values, and {} columns", record.len(), names.len()));
    }
    let cell = |(name, value): (&String, &[u8])| {
        let text = std::str::from_utf8(value).map_err(|_| format!("`{name}` is not UTF-8 text"))?;
        Ok((name.clone(), text.to_owned()))
    };
    names.iter().zip(record.iter()).map(cell).collect()
}

fn said(error: &csv::Error) -> String {
    match error.kind() {
        ErrorKind::Io(error) => error.to_string(),
        _ => "it is not CSV".to_owned(),
    }
}

fn fault(file: &str, error: csv::Error) -> DataSetError {
    let line = error.position().map_or(1, |at| at.line().max(1)) as usize;
    match error.into_kind() {
        ErrorKind::Io(source) => DataSetError::Read { file: file.to_owned(), source },
        _ => SourceError::in_line(file, line, "", 0, "it is not CSV").into(),
    }
}
