//! The result of a tool: rows of fields, or a note.

use std::fmt;

use loopwright_core::canonical_json;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// What a tool gave.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Record {
    /// Rows, in order.
    Rows(Vec<Row>),
    /// A text.
    Note(String),
}

/// Fields in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row(pub Vec<(String, String)>);

impl Record {
    /// Reads a result: a JSON array of objects, one object, or any other text. An array that was cut short gives the
    /// rows that are whole.
    pub(crate) fn of(text: &str) -> Self {
        let trimmed = text.trim();
        if trimmed.starts_with('[') {
            if let Ok(rows) = serde_json::from_str::<Vec<Row>>(trimmed) {
                return Self::Rows(rows);
            }
            let whole = trimmed.rfind("},").or_else(|| trimmed.rfind('}'));
            if let Some(rows) = whole.and_then(|end| serde_json::from_str(&format!("{}]", &trimmed[..=end])).ok()) {
                return Self::Rows(rows);
            }
        }
        if trimmed.starts_with('{')
            && let Ok(row) = serde_json::from_str::<Row>(trimmed)
        {
            return Self::Rows(vec![row]);
        }
        Self::Note(trimmed.to_owned())
    }
}

impl Row {
    /// `id: R-2077, status: shipped`.
    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|(name, value)| field_text(name, value)).collect::<Vec<_>>().join(", ")
    }
}

/// `parcel_status` and `shipped` are said as `parcel status: shipped`.
pub(crate) fn field_text(name: &str, value: &str) -> String {
    format!("{}: {value}", name.replace('_', " "))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        other => canonical_json(other),
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A visitor keeps the order of the text whatever map type `serde_json` was built with.
        deserializer.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            fields.push((name, plain(&value)));
        }
        Ok(Row(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_order() {
        let Record::Rows(rows) = Record::of(r#"[{"z":1,"a":"x","n":null}]"#) else { panic!("no rows") };
        assert_eq!(rows[0].text(), "z: 1, a: x, n: none");
    }

    #[test]
    fn a_cut_result_gives_whole_rows() {
        let Record::Rows(rows) = Record::of(r#"[{"a":1},{"a":2},{"a":"#) else { panic!("no rows") };
        assert_eq!(rows.len(), 2);
        assert_eq!(Record::of("error: no such order"), Record::Note("error: no such order".into()));
        assert_eq!(Record::of("[1, 2"), Record::Note("[1, 2".into()));
    }
}
