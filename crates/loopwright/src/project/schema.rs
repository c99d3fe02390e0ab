//! The JSON Schema of `loopwright.toml`, for editors.

use schemars::generate::SchemaSettings;

use super::ProjectFile;

/// The JSON Schema (draft 2020-12) of `loopwright.toml`, as text with a line break at its end.
///
/// # Errors
/// Never with the types that there are; when the schema cannot be written as JSON.
pub fn schema() -> Result<String, serde_json::Error> {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<ProjectFile>();
    schema.insert("title".to_owned(), "loopwright.toml".into());
    serde_json::to_string_pretty(&schema).map(|text| text + "\n")
}
