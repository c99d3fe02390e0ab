//! JSON values as Python sees them: type and equality.

use serde_json::Value;

/// The types of Python that a JSON value can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Str,
    Int,
    Float,
    Bool,
    List,
    Dict,
    Null,
}

impl Kind {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::String(_) => Self::Str,
            Value::Number(number) if number.is_f64() => Self::Float,
            Value::Number(_) => Self::Int,
            Value::Bool(_) => Self::Bool,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Dict,
            Value::Null => Self::Null,
        }
    }

    /// The type that a JSON Schema names. None at all is the reference's `any`, which it reads as a string.
    pub(super) fn named_by(schema: &Value) -> Self {
        match schema["type"].as_str() {
            Some("integer") => Self::Int,
            Some("number") => Self::Float,
            Some("boolean") => Self::Bool,
            Some("array") => Self::List,
            Some("object") => Self::Dict,
            Some("null") => Self::Null,
            _ => Self::Str,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Str => "a string",
            Self::Int => "an integer",
            Self::Float => "a number",
            Self::Bool => "a boolean",
            Self::List => "a list",
            Self::Dict => "an object",
            Self::Null => "null",
        }
    }
}

/// Strings as they are compared: without spaces and `, . / - _ * ^`, in lower case, with double quotes.
pub(super) fn standard(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !" ,./-_*^".contains(*c)).collect();
    kept.to_lowercase().replace('\'', "\"")
}

pub(super) fn equal_but_for_spelling(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => standard(one) == standard(other),
        _ => equal(one, other),
    }
}

/// Equality as Python sees it: `1 == 1.0 == True`, throughout lists and objects.
pub(super) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(key, value): (&String, &Value)| other.get(key).is_some_and(|other| equal(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        (Value::Bool(_) | Value::Number(_), Value::Bool(_) | Value::Number(_)) => match (whole(one), whole(other)) {
            (Some(one), Some(other)) => one == other,
            _ => one.as_f64().or(whole(one).map(|n| n as f64)) == other.as_f64().or(whole(other).map(|n| n as f64)),
        },
        _ => one == other,
    }
}

fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Bool(truth) => Some(i128::from(*truth)),
        _ => value.as_i64().map(i128::from).or(value.as_u64().map(i128::from)),
    }
}
