//! A rendered prompt → messages: text is what a user says; a list of messages, in JSON or YAML, is a conversation.

use loopwright_core::{Message, Part, Role, ToolCall};
use serde_json::{Map, Value};

use super::check::rendered;
use super::template::render;
use crate::SourceText;
use crate::yaml::parse_yaml;

/// The messages that `raw` is with these variables.
///
/// # Errors
/// Why it is none: a lowercase fragment.
pub(super) fn messages(raw: &str, vars: &Map<String, Value>) -> Result<Vec<Message>, String> {
    // In JSON, variables go into the strings, so that a quote in one breaks nothing.
    if let Ok(value @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str::<Value>(raw) {
        let value = rendered(&value, vars)?;
        return Ok(conversation(&value)?.unwrap_or_else(|| said(&format!("{value:#}"))));
    }
    spoken(&render(raw, vars)?)
}

/// The messages that the rendered prompt `text` is.
///
/// # Errors
/// Why it is none: a lowercase fragment.
pub(super) fn spoken(text: &str) -> Result<Vec<Message>, String> {
    let start = text.trim_start();
    let value = if start.starts_with(['[', '{']) {
        serde_json::from_str(text).ok()
    } else if start.starts_with("- role:") {
        parse_yaml(SourceText::new("", text)).ok().map(|node| node.to_json())
    } else {
        None
    };
    let found = value.map(|value| conversation(&value)).transpose()?.flatten();
    Ok(found.unwrap_or_else(|| said(text)))
}

fn said(text: &str) -> Vec<Message> {
    vec![Message::text(Role::User, text)]
}

/// The messages of a list of maps with `role`; `None` when it is another value.
fn conversation(value: &Value) -> Result<Option<Vec<Message>>, String> {
    let list = value.get("messages").unwrap_or(value);
    let Some(list) = list.as_array().filter(|list| !list.is_empty()) else { return Ok(None) };
    if list.iter().any(|one| one.get("role").and_then(Value::as_str).is_none()) {
        return Ok(None);
    }
    list.iter().map(message).collect::<Result<_, _>>().map(Some)
}

fn message(value: &Value) -> Result<Message, String> {
    let text_of = |key: &str| value.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let role = match text_of("role").unwrap_or_default().as_str() {
        "system" | "developer" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "tool" => Role::Tool,
        other => return Err(format!("there is no role `{other}`")),
    };
    let content = match value.get("content") {
        None | Some(Value::Null) => vec![],
        Some(Value::String(text)) => vec![Part::Text { text: text.clone() }],
        Some(Value::Array(parts)) => parts.iter().map(part).collect::<Result<_, _>>()?,
        Some(_) => return Err("the `content` of a message is neither a text nor a list".to_owned()),
    };
    let calls = value.get("tool_calls").and_then(Value::as_array).into_iter().flatten().map(call);
    Ok(Message { role, content, tool_calls: calls.collect::<Result<_, _>>()?, tool_call_id: text_of("tool_call_id") })
}

fn part(value: &Value) -> Result<Part, String> {
    let text = |path: &str| value.pointer(path).and_then(Value::as_str).map(ToOwned::to_owned);
    match (text("/type").as_deref(), text("/text"), text("/image_url/url")) {
        (Some("text" | "input_text"), Some(text), _) => Ok(Part::Text { text }),
        (Some("image_url"), _, Some(url)) => Ok(Part::Image { url }),
        _ => Err("a part of a message is neither a text nor a picture".to_owned()),
    }
}

fn call(value: &Value) -> Result<ToolCall, String> {
    let text = |path: &str| value.pointer(path).and_then(Value::as_str).map(ToOwned::to_owned);
    match (text("/id"), text("/function/name"), text("/function/arguments")) {
        (Some(id), Some(name), Some(arguments)) => Ok(ToolCall { id, name, arguments }),
        _ => Err("a tool call needs `id`, and `name` and `arguments` of its function".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn roles(raw: &str) -> Vec<(Role, String)> {
        let vars = json!({"q": "say \"hi\"\nnow"});
        let messages = messages(raw, vars.as_object().unwrap()).unwrap();
        messages.iter().map(|message| (message.role, message.plain_text())).collect()
    }

    #[test]
    fn conversations_are_told_from_texts() {
        let q = "say \"hi\"\nnow".to_owned();
        assert_eq!(roles("{{q}}"), [(Role::User, q.clone())]);
        let json = r#"[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "{{q}}"}]"#;
        assert_eq!(roles(json), [(Role::System, "Be kind.".to_owned()), (Role::User, q)]);
        let yaml = "- role: system\n  content: Be kind.\n- role: user\n  content: {{ q | dump }}\n";
        assert_eq!(roles(yaml)[1].1, "say \"hi\"\nnow");
        assert_eq!(roles("[1, 2]"), [(Role::User, "[\n  1,\n  2\n]".to_owned())]);
        assert_eq!(roles("[not json {{q}}").len(), 1);
    }

    #[test]
    fn what_is_no_message_is_told() {
        let none = Map::new();
        assert!(messages(r#"[{"role": "narrator", "content": "x"}]"#, &none).unwrap_err().contains("`narrator`"));
        assert!(messages(r#"[{"role": "user", "content": 3}]"#, &none).is_err());
    }
}
