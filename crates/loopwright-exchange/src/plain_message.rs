//! Messages of data sets: who says something, and what.

use loopwright_core::{Message, Role};
use serde_json::Value;

/// The message that `value` is: a text under `content`, said by `role`.
///
/// # Errors
/// Why it is none: a lowercase fragment.
pub(crate) fn message(value: &Value) -> Result<Message, String> {
    let role = match value.get("role").and_then(Value::as_str) {
        Some("system" | "developer") => Role::System,
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        _ => return Err("a message needs a `role`: `system`, `user` or `assistant`".to_owned()),
    };
    let text = value.get("content").and_then(Value::as_str);
    text.map(|text| Message::text(role, text)).ok_or_else(|| "a message needs a text under `content`".to_owned())
}
