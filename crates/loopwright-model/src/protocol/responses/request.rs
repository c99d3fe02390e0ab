//! Requests as the protocol writes them.

use loopwright_core::{Message, Part, ResponseFormat, Role, ToolCall, ToolChoice, ToolSpec};
use serde_json::{Map, Value, json};

use super::NAME;
use crate::protocol::Asked;

/// How the names of models that reason begin. Others refuse to be asked for their sealed reasoning.
const REASONING: [&str; 4] = ["gpt-5", "o1", "o3", "o4"];

/// The body of a request.
pub(super) fn body(asked: &Asked<'_>) -> Value {
    let request = asked.request;
    let mut body = Map::new();
    let mut set = |field: &str, value: Value| body.insert(field.to_owned(), value);
    set("model", json!(asked.name()));
    set("input", request.messages.iter().flat_map(items).collect());
    set("store", json!(false));
    if REASONING.iter().any(|name| asked.name().starts_with(name)) {
        set("include", json!(["reasoning.encrypted_content"]));
    }
    if !request.tools.is_empty() {
        set("tools", request.tools.iter().map(tool).collect());
        if let Some(choice) = tool_choice(&request.tool_choice) {
            set("tool_choice", choice);
        }
    }
    if let Some(temperature) = request.temperature {
        set("temperature", json!(temperature));
    }
    if let Some(limit) = request.max_output_tokens {
        set("max_output_tokens", json!(limit));
    }
    if let Some(format) = format(&request.response_format) {
        set("text", json!({ "format": format }));
    }
    if asked.stream {
        set("stream", json!(true));
    }
    Value::Object(body)
}

/// The items of one message: reasoning, what was said, calls; or the output of a call.
fn items(message: &Message) -> Vec<Value> {
    if let Some(id) = &message.tool_call_id {
        return vec![json!({ "type": "function_call_output", "call_id": id, "output": message.plain_text() })];
    }
    let sealed = message.content.iter().filter_map(|part| match part {
        Part::Opaque { protocol, value } if protocol == NAME => Some(value.clone()),
        _ => None,
    });
    sealed.chain(said(message)).chain(message.tool_calls.iter().map(function_call)).collect()
}

fn said(message: &Message) -> Option<Value> {
    let (role, kind) = match message.role {
        Role::System => ("system", "input_text"),
        Role::Assistant => ("assistant", "output_text"),
        Role::User | Role::Tool => ("user", "input_text"),
    };
    let part = |part: &Part| match part {
        Part::Text { text } => Some(json!({ "type": kind, "text": text })),
        Part::Image { url } => Some(json!({ "type": "input_image", "image_url": url })),
        _ => None,
    };
    let content: Vec<Value> = message.content.iter().filter_map(part).collect();
    (!content.is_empty()).then(|| json!({ "type": "message", "role": role, "content": content }))
}

fn function_call(call: &ToolCall) -> Value {
    json!({ "type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments })
}

fn tool(tool: &ToolSpec) -> Value {
    let ToolSpec { name, description, parameters } = tool;
    // Left out, `strict` would be true, which most schemas do not satisfy.
    json!({ "type": "function", "name": name, "description": description, "parameters": parameters, "strict": false })
}

fn tool_choice(choice: &ToolChoice) -> Option<Value> {
    match choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some(json!("none")),
        ToolChoice::Required => Some(json!("required")),
        ToolChoice::Tool(name) => Some(json!({ "type": "function", "name": name })),
    }
}

fn format(format: &ResponseFormat) -> Option<Value> {
    match format {
        ResponseFormat::Text => None,
        ResponseFormat::JsonObject => Some(json!({ "type": "json_object" })),
        ResponseFormat::JsonSchema(schema) => {
            Some(json!({ "type": "json_schema", "name": "answer", "strict": true, "schema": schema }))
        }
    }
}

#[cfg(test)]
mod tests {
    use loopwright_core::{ChatRequest, Seed};

    use super::*;
    use crate::ModelRef;

    #[test]
    fn a_whole_conversation() {
        let ModelRef::Remote(model) = "openai-responses:gpt-5-mini".parse().unwrap() else { panic!() };
        let sealed = json!({"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"});
        let asked = Message {
            content: vec![Part::Opaque { protocol: NAME.into(), value: sealed.clone() }],
            tool_calls: vec![ToolCall { id: "c1".into(), name: "get".into(), arguments: "{}".into() }],
            ..Message::text(Role::Assistant, "")
        };
        let picture = Part::Image { url: "https://host/a.png".into() };
        let seen =
            Message { content: vec![Part::Text { text: "See".into() }, picture], ..Message::text(Role::User, "") };
        let messages = vec![Message::text(Role::System, "Be brief."), seen, asked, Message::tool_result("c1", "[]")];
        let request = ChatRequest {
            tools: vec![ToolSpec { name: "get".into(), description: "Gets".into(), parameters: json!({}) }],
            tool_choice: ToolChoice::Tool("get".into()),
            max_output_tokens: Some(9),
            response_format: ResponseFormat::JsonSchema(json!({"type": "object"})),
            ..ChatRequest::new("", messages)
        };
        let written = body(&Asked { request: &request, seed: Seed(1), model: &model, stream: true });
        assert_eq!(
            written,
            json!({
                "model": "gpt-5-mini", "store": false, "include": ["reasoning.encrypted_content"],
                "max_output_tokens": 9, "stream": true,
                "tools": [{"type": "function", "name": "get", "description": "Gets", "parameters": {}, "strict": false}],
                "tool_choice": {"type": "function", "name": "get"},
                "text": {"format": {"type": "json_schema", "name": "answer", "strict": true, "schema": {"type": "object"}}},
                "input": [
                    {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "Be brief."}]},
                    {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "See"},
                        {"type": "input_image", "image_url": "https://host/a.png"}]},
                    sealed,
                    {"type": "function_call", "call_id": "c1", "name": "get", "arguments": "{}"},
                    {"type": "function_call_output", "call_id": "c1", "output": "[]"},
                ],
            })
        );
        let request = ChatRequest::new("gpt-4.1", vec![]);
        let plain = body(&Asked { request: &request, seed: Seed(1), model: &model, stream: false });
        assert_eq!(plain, json!({"model": "gpt-4.1", "input": [], "store": false}));
    }
}
