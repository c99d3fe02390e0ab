//! JSON: the nouns as they are, in an envelope that says which version of the form it is.

use serde::Serialize;

/// The form of [`document`]. It changes when a reader of the old form would be misled.
pub const FORMAT: &str = "loopwright/1";

#[derive(Serialize)]
struct Document<'a, T> {
    format: &'static str,
    kind: &'a str,
    data: &'a T,
}

/// `data` as indented JSON: `{"format": "loopwright/1", "kind": …, "data": …}`, with a line break at the end. Numbers that
/// are not finite are `null`.
///
/// ```
/// let text = loopwright_report::json::document("codes", &["LW101"]).unwrap();
/// assert_eq!(text, "{\n  \"format\": \"loopwright/1\",\n  \"kind\": \"codes\",\n  \"data\": [\n    \"LW101\"\n  ]\n}\n");
/// ```
///
/// # Errors
/// When `data` cannot be written as JSON: maps whose keys are no text. No noun of Loopwright is such.
pub fn document<T: Serialize>(kind: &str, data: &T) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&Document { format: FORMAT, kind, data })? + "\n")
}
