//! Messages of Inspect as ours, with what stands apart put back in.

use std::collections::HashMap;

use loopwright_core::{Message, Part, Role, ToolCall};
use serde::Deserialize;
use serde_json::Value;

/// The mark of a text that stands in the sample's `attachments`.
const ATTACHMENT: &str = "attachment://";

/// Texts that stand apart from the messages that hold them, by digest.
pub(super) type Attachments = HashMap<String, String>;

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Said {
    role: Role,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    tool_calls: Option<Vec<Call>>,
    #[serde(default)]
    tool_call_id: Option<String>,
    /// The tool that a tool message is from.
    #[serde(default)]
    pub(super) function: Option<String>,
    #[serde(default)]
    pub(super) error: Option<ToolFault>,
}

#[derive(Debug, Clone, Deserialize)]
struct Call {
    #[serde(default)]
    id: String,
    function: String,
    #[serde(default)]
    arguments: Value,
}

/// Why a tool call failed.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ToolFault {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) message: String,
}

impl Said {
    pub(super) fn role(&self) -> Role {
        self.role
    }

    pub(super) fn message(&self, attachments: &Attachments) -> Message {
        let calls = self.tool_calls.iter().flatten().map(|call| ToolCall {
            id: call.id.clone(),
            name: call.function.clone(),
            arguments: match &call.arguments {
                Value::String(text) => resolved(text, attachments).to_owned(),
                arguments => resolved_value(arguments, attachments).to_string(),
            },
        });
        let mut content = parts(&self.content, attachments);
        if let (Some(fault), true) = (&self.error, content.is_empty()) {
            content.push(Part::Text { text: fault.message.clone() });
        }
        Message { role: self.role, content, tool_calls: calls.collect(), tool_call_id: self.tool_call_id.clone() }
    }
}

/// The text that `text` stands for.
pub(super) fn resolved<'a>(text: &'a str, attachments: &'a Attachments) -> &'a str {
    let apart = text.strip_prefix(ATTACHMENT).and_then(|digest| attachments.get(digest));
    apart.map_or(text, String::as_str)
}

/// `value` with every text in it resolved.
pub(super) fn resolved_value(value: &Value, attachments: &Attachments) -> Value {
    match value {
        Value::String(text) => resolved(text, attachments).into(),
        Value::Array(items) => items.iter().map(|item| resolved_value(item, attachments)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), resolved_value(field, attachments))).collect()
        }
        other => other.clone(),
    }
}

/// Content as text and pictures. What we have no part for is named in brackets, so that it is seen to be missing.
pub(super) fn parts(content: &Value, attachments: &Attachments) -> Vec<Part> {
    match content {
        Value::String(text) if text.is_empty() => vec![],
        Value::String(text) => vec![Part::Text { text: resolved(text, attachments).to_owned() }],
        Value::Array(parts) => parts.iter().map(|one| part(one, attachments)).collect(),
        Value::Null => vec![],
        other => vec![Part::Text { text: other.to_string() }],
    }
}

fn part(part: &Value, attachments: &Attachments) -> Part {
    let field = |name: &str| part[name].as_str().map(|text| resolved(text, attachments).to_owned()).unwrap_or_default();
    match part["type"].as_str() {
        Some("text") => Part::Text { text: field("text") },
        Some("reasoning") => Part::Reasoning { text: field("reasoning") },
        Some("image") => Part::Image { url: field("image") },
        Some(kind) => Part::Text { text: format!("[{kind}]") },
        None => Part::Text { text: part.as_str().map_or_else(|| part.to_string(), str::to_owned) },
    }
}
