//! JSON: a list of objects, read one at a time.

use std::fmt;
use std::io::BufRead;

use loopwright_core::SourceError;
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::budget::{Budget, skip_mark};
use super::{DataSetError, Place, Taker};
use crate::json_line::bare_message;

/// Hands the objects to `taker`.
pub(super) fn read(file: &str, source: &mut dyn BufRead, taker: &mut Taker<'_>) -> Result<(), DataSetError> {
    skip_mark(source).map_err(|source| DataSetError::Read { file: file.to_owned(), source })?;
    let budget = Budget::default();
    let mut deserializer = serde_json::Deserializer::from_reader(std::io::BufReader::new(budget.limit(source)));
    let mut refused = None;
    let rows = Rows { taker, budget: &budget, refused: &mut refused };
    let read = rows.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    match (refused, read) {
        (Some(refused), _) => Err(refused),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) if error.is_io() => Err(DataSetError::Read { file: file.to_owned(), source: error.into() }),
        (None, Err(error)) => {
            let message = format!("column {}: {}", error.column(), bare_message(&error));
            let fault = SourceError::in_line(file, error.line().max(1), "", 0, message);
            Err(fault.with_hint("this reader takes a list of objects").into())
        }
    }
}

/// The list, of which no more than one object is held.
struct Rows<'a, 'b> {
    taker: &'a mut Taker<'b>,
    budget: &'a Budget,
    /// What the taker would not have, which serde cannot carry.
    refused: &'a mut Option<DataSetError>,
}

impl<'de> DeserializeSeed<'de> for Rows<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(row) = list.next_element::<Map<String, Value>>()? {
            number += 1;
            self.budget.renew();
            // A list has no lines of its own: its elements are counted.
            if let Err(refused) = self.taker.take(&row, Place { line: number, text: "" }) {
                *self.refused = Some(refused);
                return Err(A::Error::custom("a row is refused"));
            }
        }
        Ok(())
    }
}
