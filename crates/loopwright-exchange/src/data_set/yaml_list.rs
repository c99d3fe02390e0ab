//! YAML: a list of maps.

use std::io::BufRead;

use loopwright_core::SourceError;
use serde_json::Value;

use super::{DataSetError, Place, Taker, whole};
use crate::SourceText;
use crate::yaml::{parse_yaml, source_fault};

/// Hands the maps to `taker`.
pub(super) fn read(file: &str, source: &mut dyn BufRead, taker: &mut Taker<'_>) -> Result<(), DataSetError> {
    let bytes = whole(file, source)?;
    let text = String::from_utf8(bytes).map_err(|_| SourceError::in_line(file, 1, "", 0, "it is not UTF-8 text"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let source = SourceText::new(file, text);
    let (mut line, mut counted) = (1, 0);
    for node in parse_yaml(source)?.each().iter().filter(|node| !node.is_null()) {
        let Value::Object(row) = node.to_json() else {
            return Err(source_fault(source, node.span.clone(), "expected a map").into());
        };
        if node.span.start >= counted {
            line += text[counted..node.span.start].matches('\n').count();
            counted = node.span.start;
        }
        let shown = text[counted..].lines().next().unwrap_or_default();
        taker.take(&row, Place { line, text: shown })?;
    }
    Ok(())
}
