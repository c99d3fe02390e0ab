//! The members of a log: a ZIP archive, deflated or (since Inspect 0.3.206) compressed by zstd.

use std::borrow::Cow;
use std::io::{Read, Seek};

use serde::de::DeserializeOwned;
use zip::{CompressionMethod, ZipArchive};

use super::InspectError;

/// Something that a log is read from.
pub(super) trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// An open log. One member is held at a time.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Box<dyn Source + 'a>>,
    /// Largest member that is read, in bytes when unpacked.
    most: u64,
}

impl<'a> Archive<'a> {
    pub(super) fn open(from: impl Read + Seek + 'a, most: u64) -> Result<Self, InspectError> {
        let from: Box<dyn Source + 'a> = Box::new(from);
        let zip = ZipArchive::new(from).map_err(|error| InspectError::Archive(error.to_string()))?;
        Ok(Self { zip, most })
    }

    /// The members whose names begin with `folder`, in the order in which they stand in the log.
    pub(super) fn members(&self, folder: &str) -> Vec<String> {
        let names = self.zip.file_names().flatten().filter(|name| name.starts_with(folder) && name.ends_with(".json"));
        names.map(std::borrow::Cow::into_owned).collect()
    }

    /// The member `name` as a `T`; `None` when there is none of that name.
    pub(super) fn read<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, InspectError> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let bytes = self.bytes(index).map_err(|message| InspectError::member(name, message))?;
        let text = finite(&bytes);
        let fault = |error: serde_json::Error| InspectError::member(name, error.to_string());
        serde_json::from_slice(&text).map(Some).map_err(fault)
    }

    fn bytes(&mut self, index: usize) -> Result<Vec<u8>, String> {
        let method = self.zip.by_index_raw(index).map_err(|error| error.to_string())?.compression();
        if method == CompressionMethod::ZSTD {
            let packed = self.zip.by_index_raw(index).map_err(|error| error.to_string())?;
            let unpacked = ruzstd::decoding::StreamingDecoder::new(packed).map_err(|error| error.to_string())?;
            return limited(unpacked, self.most);
        }
        limited(self.zip.by_index(index).map_err(|error| error.to_string())?, self.most)
    }
}

impl std::fmt::Debug for Archive<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("members", &self.zip.len()).finish_non_exhaustive()
    }
}

fn limited(from: impl Read, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("it has more than {most} bytes when unpacked"));
    }
    Ok(bytes)
}

/// `json` with `null` for the numbers that JSON has no words for and Python writes all the same: `NaN`, `Infinity` and
/// `-Infinity`. What stands in a text is left alone.
fn finite(json: &[u8]) -> Cow<'_, [u8]> {
    let has = |word: &[u8]| json.windows(word.len()).any(|window| window == word);
    if !has(b"NaN") && !has(b"Infinity") {
        return Cow::Borrowed(json);
    }
    let (mut out, mut at, mut in_text) = (Vec::with_capacity(json.len()), 0, false);
    while at < json.len() {
        let rest = &json[at..];
        let word = [b"NaN".as_slice(), b"Infinity", b"-Infinity"].into_iter().find(|word| rest.starts_with(word));
        match (rest[0], word) {
            (_, Some(word)) if !in_text => {
                out.extend_from_slice(b"null");
                at += word.len();
                continue;
            }
            (b'\\', _) if in_text => out.extend(rest.iter().take(2)),
            (b'"', _) => {
                in_text = !in_text;
                out.push(b'"');
            }
            (byte, _) => out.push(byte),
        }
        at += if in_text && rest[0] == b'\\' { 2 } else { 1 };
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> String {
        String::from_utf8(finite(json.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn numbers_that_json_lacks_are_null_and_texts_stay() {
        assert_eq!(of(r#"{"a": NaN, "b": [-Infinity,Infinity]}"#), r#"{"a": null, "b": [null,null]}"#);
        assert_eq!(of(r#"{"NaN": "a \"NaN\\", "b": NaN}"#), r#"{"NaN": "a \"NaN\\", "b": null}"#);
        assert_eq!(of(r#""NaN\"#), r#""NaN\"#);
        assert_eq!(of("{}"), "{}");
    }
}
