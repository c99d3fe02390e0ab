//! Data sets in common formats: one row, one case. Which columns are what is said by a [`ColumnMap`].
//!
//! Invariant: CSV, JSON Lines and JSON are read as they come, one row at a time; what is kept of each row is 32 bytes, by
//! which repeats are found.

mod budget;
mod columns;
mod delimited;
mod json_list;
mod lines;
mod repeats;
mod sheet;
mod yaml_list;

use std::io::{BufRead, Read};

use loopwright_core::{Case, SourceError};

pub use columns::{AnswerMatch, ColumnMap};
pub(crate) use delimited::csv_rows;
pub(crate) use sheet::xlsx_rows;

use repeats::Repeats;

/// Most bytes of one row.
const LONGEST_ROW: usize = 4 << 20;

/// Most bytes of a format that is read whole: YAML and XLSX.
const MOST_WHOLE: usize = 256 << 20;

/// A format of data sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFormat {
    /// Comma-separated values with a line of names; `;` and tabs are understood too.
    Csv,
    /// A list of objects.
    Json,
    /// One object a line.
    JsonLines,
    /// A list of maps.
    Yaml,
    /// The first sheet of a workbook, with a row of names.
    Xlsx,
}

impl DataFormat {
    /// The format of a file called `name`, by its ending.
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "yaml" | "yml" => Some(Self::Yaml),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// What was read of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DataSetCount {
    /// Cases that were handed on.
    pub cases: u64,
    /// Rows that say what an earlier one says, word for word, and were left out.
    pub repeats: u64,
}

/// A data set cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DataSetError {
    /// A row, or the file around it, is not as it should be.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The file cannot be read any further.
    #[error("`{file}` cannot be read: {source}")]
    Read {
        /// The file, as the person named it.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Whoever takes the cases can take no more.
    #[error("the cases cannot be written: {0}")]
    Write(std::io::Error),
}

/// Takes the cases, one by one.
pub type CaseSink<'a> = &'a mut dyn FnMut(Case) -> std::io::Result<()>;

/// Reads the data set in `source`, which the person calls `file`, and hands each case to `sink`.
///
/// ```
/// use loopwright_exchange::{AnswerMatch, ColumnMap, DataFormat, read_data_set};
/// let text = "question,ideal\nHow many legs has a spider?,8\n";
/// let columns = ColumnMap::new("question").with_answer("ideal", AnswerMatch::Contains);
/// let mut cases = vec![];
/// let mut keep = |case| {
///     cases.push(case);
///     Ok(())
/// };
/// let count = read_data_set("q.csv", DataFormat::Csv, &mut text.as_bytes(), &columns, &mut keep).unwrap();
/// assert_eq!((count.cases, cases[0].key.as_str()), (1, "row-1"));
/// ```
///
/// # Errors
/// At the first row that is not of the format, lacks the column of the input, or asks what an earlier row asks and
/// expects something else; when a row is longer than 4 MiB, or a YAML or XLSX file longer than 256 MiB; when `source`
/// or `sink` fails.
pub fn read_data_set(
    file: &str,
    format: DataFormat,
    source: &mut dyn BufRead,
    columns: &ColumnMap,
    sink: CaseSink<'_>,
) -> Result<DataSetCount, DataSetError> {
    let mut taker = Taker { file, columns, repeats: Repeats::default(), sink, count: DataSetCount::default(), rows: 0 };
    match format {
        DataFormat::Csv => delimited::read(file, source, &mut taker)?,
        DataFormat::Json => json_list::read(file, source, &mut taker)?,
        DataFormat::JsonLines => lines::read(file, source, &mut taker)?,
        DataFormat::Yaml => yaml_list::read(file, source, &mut taker)?,
        DataFormat::Xlsx => sheet::read(file, source, &mut taker)?,
    }
    Ok(taker.count)
}

/// Where a row stands, for messages.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    /// From 1.
    line: usize,
    /// What stands there, when it is known.
    text: &'a str,
}

/// Takes rows, and makes cases of them.
struct Taker<'a> {
    file: &'a str,
    columns: &'a ColumnMap,
    repeats: Repeats,
    sink: CaseSink<'a>,
    count: DataSetCount,
    rows: u64,
}

impl Taker<'_> {
    /// Takes one row, which stands at `place`.
    fn take(&mut self, row: &serde_json::Map<String, serde_json::Value>, place: Place<'_>) -> Result<(), DataSetError> {
        self.rows += 1;
        let case = self.columns.case(row, self.rows).map_err(|fault| fault.at(self.file, place))?;
        match self.repeats.seen(&case, place.line) {
            repeats::Seen::New => {}
            repeats::Seen::Same => {
                self.count.repeats += 1;
                return Ok(());
            }
            repeats::Seen::Key(line) => {
                let fault = self.fault(place, format!("the key `{}` is taken by line {line}", case.key));
                return Err(fault.with_hint("leave `--key` out, and rows are numbered").into());
            }
            repeats::Seen::Other(line) => {
                let message = format!("it asks what line {line} asks, and expects something else");
                return Err(self.fault(place, message).with_hint("keep one of the two, or change the words").into());
            }
        }
        self.count.cases += 1;
        (self.sink)(case).map_err(DataSetError::Write)
    }

    fn fault(&self, place: Place<'_>, message: impl Into<String>) -> SourceError {
        SourceError::in_line(self.file, place.line, place.text, 0, message)
    }
}

/// All of `source`, when it is not longer than what is read whole.
fn whole(file: &str, source: &mut dyn BufRead) -> Result<Vec<u8>, DataSetError> {
    let mut bytes = vec![];
    let fault = |source| DataSetError::Read { file: file.to_owned(), source };
    source.take(MOST_WHOLE as u64 + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() > MOST_WHOLE {
        let message = format!("it is longer than {MOST_WHOLE} bytes, and this format is read whole");
        return Err(fault(std::io::Error::other(message)));
    }
    Ok(bytes)
}
