//! A BFCL question: a prompt and the functions it may call.

use loopwright_core::{Message, Role, ToolSpec};
use serde::Deserialize;
use serde_json::Value;

use super::schema::{Language, to_json_schema};
use super::tool_name;
use crate::plain_message::message;

/// A line of a question file. Fields that only multi-turn categories have are not read.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    pub(super) id: String,
    /// Version 4: a list of turns, each a list of messages. August 2024: a text, or a list of messages.
    question: Value,
    /// Version 4: a list. August 2024: one object where there is one function.
    function: Value,
}

#[derive(Deserialize)]
struct Function {
    name: String,
    #[serde(default)]
    description: String,
    parameters: Value,
}

impl Question {
    /// The conversation to answer.
    pub(super) fn messages(&self) -> Result<Vec<Message>, String> {
        let turns = match &self.question {
            Value::String(text) => return Ok(vec![Message::text(Role::User, text)]),
            Value::Array(turns) => turns,
            _ => return Err("`question` is neither a text nor a list of turns".to_owned()),
        };
        let said = match turns.as_slice() {
            [] => return Err("`question` is empty".to_owned()),
            [Value::Array(only)] => only,
            [Value::Array(_), ..] => {
                return Err(format!("`question` has {} turns; only single-turn categories are read", turns.len()));
            }
            messages => messages,
        };
        if said.is_empty() {
            return Err("`question` has no message".to_owned());
        }
        said.iter().map(message).collect()
    }

    /// The functions as tools.
    pub(super) fn tools(&self, language: Language) -> Result<Vec<ToolSpec>, String> {
        match &self.function {
            Value::Array(functions) => functions.iter().map(|function| tool(function, language)).collect(),
            one => Ok(vec![tool(one, language)?]),
        }
    }
}

fn tool(value: &Value, language: Language) -> Result<ToolSpec, String> {
    let function = Function::deserialize(value).map_err(|error| format!("bad function: {error}"))?;
    if !function.parameters.is_object() {
        return Err(format!("the parameters of `{}` are not an object", function.name));
    }
    let parameters = to_json_schema(&function.parameters, language)
        .map_err(|word| format!("`{}` uses the type `{word}`, which is none of {language:?}'s", function.name))?;
    Ok(ToolSpec { name: tool_name(&function.name), description: function.description, parameters })
}
