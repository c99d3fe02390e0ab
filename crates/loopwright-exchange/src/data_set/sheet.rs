//! Workbooks (XLSX): the first sheet, with a row of names.

use std::io::{BufRead, Cursor};

use calamine::{DataRef, Reader, Xlsx};
use loopwright_core::SourceError;
use serde_json::{Map, Number, Value};

use super::{DataSetError, Place, Taker, whole};

/// Most cells that are read.
const MOST_CELLS: usize = 5_000_000;

/// Most columns of a sheet.
const MOST_COLUMNS: u32 = 1000;

/// Hands the rows to `taker`.
pub(super) fn read(file: &str, source: &mut dyn BufRead, taker: &mut Taker<'_>) -> Result<(), DataSetError> {
    let rows = xlsx_rows(whole(file, source)?).map_err(|message| SourceError::in_line(file, 1, "", 0, message))?;
    for (index, row) in rows.into_iter().enumerate() {
        // The names stand in the first row.
        let row: Map<String, Value> = row.into_iter().collect();
        taker.take(&row, Place { line: index + 2, text: "" })?;
    }
    Ok(())
}

/// The cells of a row that hold something, each with the name of its column.
pub(crate) type Cells = Vec<(String, Value)>;

/// The rows below the names. Rows without any cell are not counted.
pub(crate) fn xlsx_rows(bytes: Vec<u8>) -> Result<Vec<Cells>, String> {
    let broken = |error: calamine::XlsxError| format!("it is not a workbook: {error}");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let first = book.sheet_names().first().cloned().ok_or("the workbook has no sheet")?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(broken)?;
    let (mut sheet, mut count) = (Sheet::default(), 0);
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        count += 1;
        if count > MOST_CELLS || column >= MOST_COLUMNS {
            return Err(format!("it has more than {MOST_CELLS} cells, or {MOST_COLUMNS} columns"));
        }
        if let Some(value) = value(cell.get_value()) {
            sheet.take(row, column as usize, value);
        }
    }
    Ok(sheet.rows)
}

/// A sheet as far as it was read.
#[derive(Default)]
struct Sheet {
    names: Vec<String>,
    rows: Vec<Cells>,
    /// The row of the names, and the last one.
    first: Option<u32>,
    last: Option<u32>,
}

impl Sheet {
    fn take(&mut self, row: u32, column: usize, value: Value) {
        if *self.first.get_or_insert(row) == row {
            self.names.resize(self.names.len().max(column + 1), String::new());
            self.names[column] = value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned());
            return;
        }
        if self.last.replace(row) != Some(row) {
            self.rows.push(vec![]);
        }
        let name = self.names.get(column).filter(|name| !name.is_empty());
        if let (Some(name), Some(cells)) = (name, self.rows.last_mut()) {
            cells.push((name.clone(), value));
        }
    }
}

fn value(cell: &DataRef<'_>) -> Option<Value> {
    match cell {
        DataRef::Empty | DataRef::Error(_) => None,
        DataRef::Int(number) => Some((*number).into()),
        // A workbook knows no whole numbers; what is whole was meant as one.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => Some((*number as i64).into()),
        DataRef::Float(number) => Number::from_f64(*number).map(Value::Number),
        DataRef::Bool(bool) => Some((*bool).into()),
        DataRef::String(text) => Some(text.as_str().into()),
        DataRef::SharedString(text) => Some((*text).into()),
        DataRef::DateTime(time) => Number::from_f64(time.as_f64()).map(Value::Number),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Some(text.as_str().into()),
    }
}
