use std::collections::BTreeMap;

use loopwright_core::ToolSpec;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A tool over the world: named statements with a typed parameter schema and a side-effect class (part `tools`, a list;
/// a `[[tool]]` table of a tools file).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolPart {
    /// Its name: letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// What it does and when to use it, for the model.
    #[serde(default)]
    pub description: String,
    /// What it does to the world.
    pub effect: Effect,
    /// Its parameters, by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    /// SQL statements, run in order in one transaction; the rows of the last one are the result.
    pub statements: Vec<String>,
    /// What must hold before: each query must give a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Requirement>,
    /// What the model is told when the last statement gives no row, or changes none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub empty: String,
}

/// What a tool does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Only looks.
    Read,
    /// Changes the world.
    Write,
    /// Reaches outside: a message is sent, money is moved.
    External,
}

/// One parameter of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// What it means, for the model.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// A regular expression that a string must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The only values allowed.
    #[serde(rename = "enum", default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<Value>>,
    /// Smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// Largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// Value when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Whether it may be left out.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub required: bool,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_yes(value: &bool) -> bool {
    *value
}

/// The type of a parameter, in JSON Schema's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
}

/// Something that must hold before a tool acts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// A query over the tool's parameters that must give a row.
    pub sql: String,
    /// What the model is told when it does not.
    pub otherwise: String,
}

impl ToolPart {
    /// The tool as the model sees it.
    pub fn spec(&self) -> ToolSpec {
        let properties: Map<String, Value> =
            self.parameters.iter().map(|(name, parameter)| (name.clone(), parameter.schema())).collect();
        let required: Vec<&String> =
            self.parameters.iter().filter(|(_, p)| p.required && p.default.is_none()).map(|(name, _)| name).collect();
        ToolSpec {
            name: self.name.clone(),
            description: self.description.clone(),
            parameters: json!({
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            }),
        }
    }
}

impl Parameter {
    fn schema(&self) -> Value {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!(self.kind));
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                schema.insert(key.to_owned(), value);
            }
        };
        put("description", (!self.description.is_empty()).then(|| json!(self.description)));
        put("pattern", self.pattern.as_ref().map(|pattern| json!(pattern)));
        put("enum", self.choices.as_ref().map(|choices| json!(choices)));
        put("minimum", self.minimum.map(|bound| json!(bound)));
        put("maximum", self.maximum.map(|bound| json!(bound)));
        put("default", self.default.clone());
        Value::Object(schema)
    }
}
