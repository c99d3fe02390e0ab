//! Values of core in and out of columns.

use std::fmt::Display;
use std::str::FromStr;

use loopwright_core::{Digest, ParseDigestError};
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fault::Fault;

/// A count as SQLite keeps it. Its integers are signed, so a count beyond 9.2 × 10¹⁸ is kept as that.
pub(crate) fn integer(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The count in a column.
pub(crate) fn count(row: &Row<'_>, column: usize) -> Result<u64, Fault> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| Fault::Unreadable(format!("`{value}` where a count belongs")))
}

/// The count in a column, or nothing.
pub(crate) fn optional_count(row: &Row<'_>, column: usize) -> Result<Option<u64>, Fault> {
    if row.get_ref(column)? == ValueRef::Null { Ok(None) } else { count(row, column).map(Some) }
}

/// The small count in a column.
pub(crate) fn small_count(row: &Row<'_>, column: usize) -> Result<u32, Fault> {
    let value = count(row, column)?;
    u32::try_from(value).map_err(|_| Fault::Unreadable(format!("`{value}` where a small count belongs")))
}

/// The digest in a column.
pub(crate) fn digest(row: &Row<'_>, column: usize) -> Result<Digest, Fault> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bytes: [u8; 32] = row.get(column)?;
    let mut text = String::with_capacity(64);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text.parse().map_err(|error: ParseDigestError| Fault::Unreadable(error.to_string()))
}

/// The text in a column, parsed.
pub(crate) fn parsed<T: FromStr>(row: &Row<'_>, column: usize) -> Result<T, Fault>
where
    T::Err: Display,
{
    text(row, column)?.parse().map_err(|error: T::Err| Fault::Unreadable(error.to_string()))
}

/// The text in a column, parsed, or nothing.
pub(crate) fn optional_parsed<T: FromStr>(row: &Row<'_>, column: usize) -> Result<Option<T>, Fault>
where
    T::Err: Display,
{
    if row.get_ref(column)? == ValueRef::Null { Ok(None) } else { parsed(row, column).map(Some) }
}

/// The JSON in a column.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, Fault> {
    serde_json::from_str(text(row, column)?).map_err(|error| Fault::Unreadable(error.to_string()))
}

/// The JSON in a column, or nothing.
pub(crate) fn optional_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Option<T>, Fault> {
    if row.get_ref(column)? == ValueRef::Null { Ok(None) } else { json(row, column).map(Some) }
}

/// Most bytes that a packed column may unpack to: far beyond any trace, and short of what would exhaust the machine.
const MOST_UNPACKED: usize = 1 << 30;

/// `value` as JSON, packed: an LZ4 block (github.com/lz4/lz4, `lz4_Block_format.md`) behind its unpacked size, four bytes
/// little-endian. A trace says the same things at each step, so it packs to about a tenth.
pub(crate) fn packed_json<T: Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    Ok(lz4_flex::block::compress_prepend_size(to_json(value)?.as_bytes()))
}

/// The packed JSON in a column.
pub(crate) fn unpacked_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, Fault> {
    let unreadable = |error: &dyn Display| Fault::Unreadable(error.to_string());
    let bytes = row.get_ref(column)?.as_blob().map_err(|error| unreadable(&error))?;
    let (size, block) = lz4_flex::block::uncompressed_size(bytes).map_err(|error| unreadable(&error))?;
    if size > MOST_UNPACKED {
        return Err(Fault::Unreadable(format!("a record says that it holds {size} bytes")));
    }
    let text = lz4_flex::block::decompress(block, size).map_err(|error| unreadable(&error))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(&error))
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str, Fault> {
    row.get_ref(column)?.as_str().map_err(|error| Fault::Unreadable(error.to_string()))
}

/// `value` as JSON, after making sure that it reads back: JSON has no word for an infinite number, and a record that
/// cannot be read is worse than an error now.
pub(crate) fn readable_json<T: Serialize + DeserializeOwned>(what: &str, value: &T) -> Result<String, Fault> {
    let text = to_json(value)?;
    match serde_json::from_str::<T>(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Fault::Refused(format!("the {what} would not read back: {error}"))),
    }
}

/// `value` as JSON.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Refused(error.to_string()))
}

/// The one word that a plain enum serialises to.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, Fault> {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => Ok(word),
        other => Err(Fault::Refused(format!("`{other:?}` where one word belongs"))),
    }
}

/// The plain enum in a column.
pub(crate) fn enumerated<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, Fault> {
    let word = Value::String(text(row, column)?.to_owned());
    serde_json::from_value(word).map_err(|error| Fault::Unreadable(error.to_string()))
}
