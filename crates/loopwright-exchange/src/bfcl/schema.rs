//! A BFCL parameter schema, whose types are Python's words, as JSON Schema.

use serde_json::{Map, Value};

/// The keyword that keeps the Python word where JSON Schema has none for it.
const PYTHON_TYPE: &str = "x-python-type";

/// `schema` with the types of JSON Schema, throughout. Fails with the first type that is not one of Python's words.
pub(super) fn to_json_schema(schema: &Value) -> Result<Value, String> {
    let Value::Object(keywords) = schema else {
        return Ok(schema.clone());
    };
    let mut out = Map::new();
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            ("type", Value::String(word)) => set_type(&mut out, word)?,
            ("properties", Value::Object(properties)) => {
                let converted = properties.iter().map(|(name, property)| Ok((name.clone(), to_json_schema(property)?)));
                out.insert(keyword.clone(), Value::Object(converted.collect::<Result<_, String>>()?));
            }
            ("items" | "additionalProperties", Value::Object(_)) => {
                out.insert(keyword.clone(), to_json_schema(value)?);
            }
            _ => {
                out.insert(keyword.clone(), value.clone());
            }
        }
    }
    Ok(Value::Object(out))
}

fn set_type(out: &mut Map<String, Value>, word: &str) -> Result<(), String> {
    let (json_type, kept) = match word {
        "string" | "integer" | "boolean" | "array" | "object" | "number" | "null" => (Some(word), false),
        "dict" => (Some("object"), false),
        "float" => (Some("number"), false),
        "tuple" => (Some("array"), true),
        "any" => (None, true),
        other => return Err(other.to_owned()),
    };
    if let Some(json_type) = json_type {
        out.insert("type".to_owned(), json_type.into());
    }
    if kept {
        out.insert(PYTHON_TYPE.to_owned(), word.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_become_json_schema_at_every_depth() {
        let schema = json!({"type": "dict", "required": ["a"], "properties": {
            "a": {"type": "float", "default": 1.5},
            "type": {"type": "any", "description": "a parameter of that name"},
            "c": {"type": "array", "items": {"type": "tuple", "items": {"type": "dict", "properties": {}}}},
        }});
        assert_eq!(
            to_json_schema(&schema).unwrap(),
            json!({"type": "object", "required": ["a"], "properties": {
                "a": {"type": "number", "default": 1.5},
                "type": {"x-python-type": "any", "description": "a parameter of that name"},
                "c": {"type": "array", "items":
                    {"type": "array", "x-python-type": "tuple", "items": {"type": "object", "properties": {}}}},
            }})
        );
    }

    #[test]
    fn a_java_type_is_refused() {
        assert_eq!(to_json_schema(&json!({"type": "HashMap"})), Err("HashMap".to_owned()));
    }
}
