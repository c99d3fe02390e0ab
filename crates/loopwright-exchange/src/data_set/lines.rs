//! JSON Lines: one object a line.

use std::io::BufRead;

use loopwright_core::SourceError;
use serde_json::{Map, Value};

use super::budget::{Budget, skip_mark};
use super::{DataSetError, Place, Taker};
use crate::json_line::JsonLine;

/// Hands the lines to `taker`.
pub(super) fn read(file: &str, source: &mut dyn BufRead, taker: &mut Taker<'_>) -> Result<(), DataSetError> {
    let unreadable = |source| DataSetError::Read { file: file.to_owned(), source };
    skip_mark(source).map_err(unreadable)?;
    let budget = Budget::default();
    let mut source = std::io::BufReader::new(budget.limit(source));
    let (mut bytes, mut number) = (vec![], 0);
    loop {
        bytes.clear();
        budget.renew();
        if source.read_until(b'\n', &mut bytes).map_err(unreadable)? == 0 {
            return Ok(());
        }
        number += 1;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let start = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            SourceError::in_line(file, number, &start, start.len(), "it is not UTF-8 text")
        })?;
        let text = text.trim_end_matches(['\n', '\r']);
        if text.trim().is_empty() {
            continue;
        }
        let row: Map<String, Value> = JsonLine { file, number, text }.parse()?;
        taker.take(&row, Place { line: number, text })?;
    }
}
