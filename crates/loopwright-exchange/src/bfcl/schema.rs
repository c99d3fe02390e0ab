//! A BFCL parameter schema, whose types are words of a programming language, as JSON Schema.

use serde_json::{Map, Value};

/// Whose words the types of a schema are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    Java,
    JavaScript,
}

impl Language {
    /// The language of a category, which its name tells.
    pub(super) fn of(category: &str) -> Self {
        match category {
            "simple_java" | "java" => Self::Java,
            "simple_javascript" | "javascript" => Self::JavaScript,
            _ => Self::Python,
        }
    }

    /// The keyword that keeps the language's word where JSON Schema has none for it.
    fn keyword(self) -> &'static str {
        match self {
            Self::Python => "x-python-type",
            Self::Java => "x-java-type",
            Self::JavaScript => "x-javascript-type",
        }
    }

    /// JSON Schema's type for `word`, and whether the word has to be kept beside it; `None` when it is none of the words.
    ///
    /// `any` is anything in Python. In the other two it is an expression of the language, written as a text, as is what has
    /// no type at all (there is one such parameter).
    fn json_type(self, word: &str) -> Option<(Option<&'static str>, bool)> {
        let plain = |word| Some((Some(word), false));
        let kept = |word| Some((Some(word), true));
        match (self, word) {
            (_, "string") => plain("string"),
            (_, "integer") => plain("integer"),
            (_, "boolean") => plain("boolean"),
            (_, "array") => plain("array"),
            (_, "object" | "dict") => plain("object"),
            (_, "number" | "float") => plain("number"),
            (_, "null") => plain("null"),
            (Self::Python, "tuple") => kept("array"),
            (Self::Python, "any") => Some((None, true)),
            (Self::Java | Self::JavaScript, "String" | "any" | "") | (Self::Java, "char") => kept("string"),
            (Self::Java, "byte" | "short" | "long") | (Self::JavaScript, "Bigint") => kept("integer"),
            (Self::Java, "double") => kept("number"),
            (Self::JavaScript, "Boolean") => kept("boolean"),
            (Self::Java, "Array" | "ArrayList" | "Set" | "Queue" | "Stack") => kept("array"),
            (Self::Java, "HashMap" | "Hashtable") => kept("object"),
            _ => None,
        }
    }
}

/// `schema`, whose types are words of `language`, with the types of JSON Schema, throughout. Fails with the first type that
/// is none of those words.
pub(super) fn to_json_schema(schema: &Value, language: Language) -> Result<Value, String> {
    let Value::Object(keywords) = schema else {
        return Ok(schema.clone());
    };
    let mut out = Map::new();
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            ("type", Value::String(word)) => set_type(&mut out, word, language)?,
            ("properties", Value::Object(properties)) => {
                let converted =
                    properties.iter().map(|(name, property)| Ok((name.clone(), to_json_schema(property, language)?)));
                out.insert(keyword.clone(), Value::Object(converted.collect::<Result<_, String>>()?));
            }
            ("items" | "additionalProperties", Value::Object(_)) => {
                out.insert(keyword.clone(), to_json_schema(value, language)?);
            }
            _ => {
                out.insert(keyword.clone(), value.clone());
            }
        }
    }
    Ok(Value::Object(out))
}

fn set_type(out: &mut Map<String, Value>, word: &str, language: Language) -> Result<(), String> {
    let (json_type, kept) = language.json_type(word).ok_or_else(|| word.to_owned())?;
    if let Some(json_type) = json_type {
        out.insert("type".to_owned(), json_type.into());
    }
    if kept {
        out.insert(language.keyword().to_owned(), word.into());
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
            to_json_schema(&schema, Language::Python).unwrap(),
            json!({"type": "object", "required": ["a"], "properties": {
                "a": {"type": "number", "default": 1.5},
                "type": {"x-python-type": "any", "description": "a parameter of that name"},
                "c": {"type": "array", "items":
                    {"type": "array", "x-python-type": "tuple", "items": {"type": "object", "properties": {}}}},
            }})
        );
    }

    #[test]
    fn words_of_other_languages_are_kept_beside_their_json_type() {
        let schema = json!({"type": "dict", "properties": {"a": {"type": "HashMap"}, "b": {"type": "any"},
            "c": {"type": "ArrayList", "items": {"type": "long"}}}});
        assert_eq!(
            to_json_schema(&schema, Language::Java).unwrap(),
            json!({"type": "object", "properties": {
                "a": {"type": "object", "x-java-type": "HashMap"},
                "b": {"type": "string", "x-java-type": "any"},
                "c": {"type": "array", "x-java-type": "ArrayList",
                      "items": {"type": "integer", "x-java-type": "long"}},
            }})
        );
        let word = json!({"type": "HashMap"});
        assert_eq!(to_json_schema(&word, Language::Python), Err("HashMap".to_owned()));
        assert_eq!(to_json_schema(&word, Language::JavaScript), Err("HashMap".to_owned()));
    }
}
