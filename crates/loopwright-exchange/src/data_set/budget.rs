//! A reader that gives no more than one row may have before whoever reads says that a row has ended.

use std::cell::Cell;
use std::io::{BufRead, Error, Read, Result};

use super::LONGEST_ROW;

/// How much of a row, and of the buffers ahead of it, may still be read.
#[derive(Debug)]
pub(super) struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(LONGEST_ROW))
    }
}

impl Budget {
    /// A row has ended.
    pub(super) fn renew(&self) {
        self.0.set(LONGEST_ROW);
    }

    /// `source` under this budget.
    pub(super) fn limit<'a>(&'a self, source: &'a mut dyn BufRead) -> Limited<'a> {
        Limited { budget: self, source }
    }
}

/// A source under a budget.
pub(super) struct Limited<'a> {
    budget: &'a Budget,
    source: &'a mut dyn BufRead,
}

impl Read for Limited<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let count = self.source.read(into)?;
        match self.budget.0.get().checked_sub(count) {
            Some(left) => self.budget.0.set(left),
            None => return Err(Error::other(format!("a row is longer than {LONGEST_ROW} bytes"))),
        }
        Ok(count)
    }
}

/// Skips a byte order mark.
pub(super) fn skip_mark(source: &mut dyn BufRead) -> Result<()> {
    if source.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
        source.consume(3);
    }
    Ok(())
}
