//! The cassette of an eval: answers of models that are kept in a file, so that the same trial is not paid for twice.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;

use loopwright_core::SourceError;
use loopwright_model::{Cassette, CassetteError, Missing};

use crate::fault::Fault;

/// The longest cassette that is read, in bytes.
const LONGEST: u64 = 4 << 30;

/// The cassette in the file `path`; an empty one where there is no file yet, unless nothing may be `missing`.
///
/// # Errors
/// When the file cannot be read or written, or holds a line that is no recorded call.
pub fn cassette(path: &Path, missing: Missing) -> Result<Cassette, Fault> {
    let name = path.display();
    let text = match File::open(path) {
        Ok(file) => read(file).map_err(|error| Fault::usage(format!("read the cassette `{name}`: {error}")))?,
        Err(error) if error.kind() == ErrorKind::NotFound && missing == Missing::IsRecorded => String::new(),
        Err(error) => return Err(Fault::usage(format!("open the cassette `{name}`: {error}"))),
    };
    let cassette = Cassette::parse(&text, missing).map_err(|error| broken(path, &text, &error))?;
    if missing == Missing::Fails {
        return Ok(cassette);
    }
    let file = OpenOptions::new().create(true).append(true).open(path);
    let file = file.map_err(|error| Fault::usage(format!("write the cassette `{name}`: {error}")))?;
    Ok(cassette.writing_to(Box::new(file)))
}

fn read(file: File) -> std::io::Result<String> {
    let mut text = String::new();
    let read = file.take(LONGEST + 1).read_to_string(&mut text)?;
    if read as u64 > LONGEST {
        Err(std::io::Error::other(format!("it is longer than {LONGEST} bytes")))
    } else {
        Ok(text)
    }
}

/// The line that is no recorded call. What it holds may be long and is not shown.
fn broken(path: &Path, text: &str, error: &CassetteError) -> Fault {
    let line: String = text.lines().nth(error.line.saturating_sub(1)).unwrap_or_default().chars().take(60).collect();
    SourceError::in_line(path.display().to_string(), error.line, &line, 0, format!("{error}: {}", error.source)).into()
}
