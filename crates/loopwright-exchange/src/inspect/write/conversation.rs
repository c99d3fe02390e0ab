//! Messages in Inspect's form, each kept once in the sample's pool.

use std::collections::HashMap;

use loopwright_core::{Message, Part, Role, ToolCall};
use serde_json::{Value, json};

/// The messages of a sample, and the conversation as it stands.
#[derive(Default)]
pub(super) struct Pool {
    messages: Vec<Value>,
    places: HashMap<String, usize>,
    /// Places of the messages of the conversation so far.
    conversation: Vec<usize>,
    so_far: Vec<Message>,
}

impl Pool {
    /// Where what the model was asked stands, as ranges. A request that does not begin with what was said before goes on
    /// from there when it brings no message of the system: recorded runs keep only what is new.
    pub(super) fn asked(&mut self, request: &[Message], model: &str) -> Value {
        let starts_anew = request.starts_with(&self.so_far) || request.first().is_some_and(|m| m.role == Role::System);
        if starts_anew {
            self.conversation.clear();
            self.so_far.clear();
        }
        for message in request {
            self.say(message, model);
        }
        ranges(&self.conversation)
    }

    /// The model's answer goes on with the conversation.
    pub(super) fn say(&mut self, message: &Message, model: &str) {
        let value = self::message(message, model);
        let next = self.messages.len();
        let place = *self.places.entry(value.to_string()).or_insert(next);
        if place == next {
            self.messages.push(value);
        }
        self.conversation.push(place);
        self.so_far.push(message.clone());
    }

    /// The conversation as it stands.
    pub(super) fn last(&self) -> Value {
        self.conversation.iter().filter_map(|place| self.messages.get(*place)).cloned().collect()
    }

    pub(super) fn into_value(self) -> Value {
        json!({"messages": self.messages, "calls": []})
    }
}

/// Runs of neighbouring places, each as its first and its past-the-end place.
fn ranges(places: &[usize]) -> Value {
    let mut ranges: Vec<(usize, usize)> = vec![];
    for place in places {
        match ranges.last_mut() {
            Some((_, end)) if end == place => *end += 1,
            _ => ranges.push((*place, *place + 1)),
        }
    }
    json!(ranges)
}

pub(super) fn message(message: &Message, model: &str) -> Value {
    let content = match message.content.as_slice() {
        [] => json!(""),
        [Part::Text { text }] => json!(text),
        parts => parts.iter().map(part).collect(),
    };
    match message.role {
        Role::System => json!({"role": "system", "content": content}),
        Role::User => json!({"role": "user", "content": content}),
        Role::Tool => json!({"role": "tool", "content": content, "tool_call_id": message.tool_call_id}),
        Role::Assistant => {
            let mut said = json!({"role": "assistant", "content": content, "source": "generate", "model": model});
            if !message.tool_calls.is_empty() {
                said["tool_calls"] = message.tool_calls.iter().map(call).collect();
            }
            said
        }
    }
}

fn part(part: &Part) -> Value {
    match part {
        Part::Text { text } => json!({"type": "text", "text": text}),
        Part::Reasoning { text } => json!({"type": "reasoning", "reasoning": text}),
        Part::Image { url } => json!({"type": "image", "image": url}),
        _ => json!({"type": "text", "text": ""}),
    }
}

/// Inspect keeps arguments as an object; what is none is told beside it.
fn call(call: &ToolCall) -> Value {
    let arguments = arguments(call);
    let fault = arguments.is_none().then(|| format!("not an object of JSON: {}", call.arguments));
    let arguments = arguments.unwrap_or_else(|| json!({}));
    json!({"id": call.id, "function": call.name, "arguments": arguments, "type": "function", "parse_error": fault})
}

/// The arguments of `call`, when they are an object.
pub(super) fn arguments(call: &ToolCall) -> Option<Value> {
    serde_json::from_str(&call.arguments).ok().filter(Value::is_object)
}
