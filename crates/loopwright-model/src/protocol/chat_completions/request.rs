//! Requests as the protocol writes them.

use loopwright_core::{Message, Part, ResponseFormat, Role, ToolCall, ToolChoice, ToolSpec};
use serde_json::{Map, Value, json};

use crate::OutputLimitField;
use crate::protocol::Asked;

/// The body of a chat request.
pub(crate) fn chat_body(asked: &Asked<'_>) -> Value {
    let (request, quirks) = (asked.request, asked.model.provider.quirks);
    let mut body = Map::new();
    let mut set = |field: &str, value: Value| body.insert(field.to_owned(), value);
    set("model", json!(asked.name()));
    set("messages", request.messages.iter().map(message).collect());
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
        let field = match quirks.output_limit {
            OutputLimitField::MaxCompletionTokens => "max_completion_tokens",
            OutputLimitField::MaxTokens => "max_tokens",
        };
        set(field, json!(limit));
    }
    if let Some(field) = quirks.seed {
        // Some servers read a signed 32-bit number.
        set(field, json!(asked.seed.0 >> 33));
    }
    if let Some(format) = response_format(&request.response_format) {
        set("response_format", format);
    }
    if asked.stream {
        set("stream", json!(true));
        if quirks.asks_stream_usage {
            set("stream_options", json!({ "include_usage": true }));
        }
    }
    Value::Object(body)
}

fn message(message: &Message) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    };
    let mut out = json!({ "role": role, "content": content(message) });
    if !message.tool_calls.is_empty() {
        out["tool_calls"] = message.tool_calls.iter().map(tool_call).collect();
    }
    if let Some(id) = &message.tool_call_id {
        out["tool_call_id"] = json!(id);
    }
    out
}

/// Text alone goes as a string, which every server takes; pictures need the list of parts. Reasoning is not sent back.
fn content(message: &Message) -> Value {
    let has_picture = message.content.iter().any(|part| matches!(part, Part::Image { .. }));
    if has_picture {
        let part = |part: &Part| match part {
            Part::Text { text } => Some(json!({ "type": "text", "text": text })),
            Part::Image { url } => Some(json!({ "type": "image_url", "image_url": { "url": url } })),
            _ => None,
        };
        return message.content.iter().filter_map(part).collect();
    }
    let text = message.plain_text();
    if text.is_empty() && !message.tool_calls.is_empty() { Value::Null } else { Value::String(text) }
}

fn tool_call(call: &ToolCall) -> Value {
    json!({ "id": call.id, "type": "function", "function": { "name": call.name, "arguments": call.arguments } })
}

fn tool(tool: &ToolSpec) -> Value {
    let ToolSpec { name, description, parameters } = tool;
    json!({ "type": "function", "function": { "name": name, "description": description, "parameters": parameters } })
}

fn tool_choice(choice: &ToolChoice) -> Option<Value> {
    match choice {
        ToolChoice::Auto => None,
        ToolChoice::None => Some(json!("none")),
        ToolChoice::Required => Some(json!("required")),
        ToolChoice::Tool(name) => Some(json!({ "type": "function", "function": { "name": name } })),
    }
}

fn response_format(format: &ResponseFormat) -> Option<Value> {
    match format {
        ResponseFormat::Text => None,
        ResponseFormat::JsonObject => Some(json!({ "type": "json_object" })),
        ResponseFormat::JsonSchema(schema) => {
            let schema = json!({ "name": "answer", "strict": true, "schema": schema });
            Some(json!({ "type": "json_schema", "json_schema": schema }))
        }
    }
}

#[cfg(test)]
mod tests {
    use loopwright_core::{ChatRequest, Seed};

    use super::*;
    use crate::ModelRef;

    fn body(reference: &str, request: &ChatRequest, stream: bool) -> Value {
        let ModelRef::Remote(model) = reference.parse().unwrap() else { panic!() };
        chat_body(&Asked { request, seed: Seed(u64::MAX), model: &model, stream })
    }

    #[test]
    fn the_least_request_says_the_least() {
        let request = ChatRequest::new("gpt-5", vec![Message::text(Role::User, "Hi")]);
        let sent = body("openai:gpt-5", &request, false);
        let message = json!({"role": "user", "content": "Hi"});
        assert_eq!(sent, json!({"model": "gpt-5", "messages": [message], "seed": 2_147_483_647}));
    }

    #[test]
    fn providers_differ_by_their_row() {
        let request = ChatRequest { max_output_tokens: Some(9), ..ChatRequest::new("m", vec![]) };
        let openai = body("openai:m", &request, true);
        assert_eq!(
            (&openai["max_completion_tokens"], &openai["stream_options"]["include_usage"]),
            (&json!(9), &json!(true))
        );
        let mistral = body("mistral:m", &request, true);
        assert_eq!((&mistral["max_tokens"], mistral.get("stream_options")), (&json!(9), None));
        assert!(mistral.get("seed").is_none() && mistral.get("random_seed").is_some());
        assert!(body("deepseek:m", &request, true).get("seed").is_none());
    }

    #[test]
    fn a_whole_conversation() {
        let call = ToolCall { id: "c1".into(), name: "get".into(), arguments: "{}".into() };
        let picture = Part::Image { url: "data:image/png;base64,AA".into() };
        let messages = vec![
            Message { content: vec![Part::Text { text: "See".into() }, picture], ..Message::text(Role::User, "") },
            Message { content: vec![], tool_calls: vec![call], ..Message::text(Role::Assistant, "") },
            Message::tool_result("c1", "[]"),
        ];
        let tool = ToolSpec { name: "get".into(), description: "Gets".into(), parameters: json!({"type": "object"}) };
        let request = ChatRequest {
            tools: vec![tool],
            tool_choice: ToolChoice::Tool("get".into()),
            temperature: Some(0.0),
            response_format: ResponseFormat::JsonSchema(json!({"type": "object"})),
            ..ChatRequest::new("m", messages)
        };
        let sent = body("openai:m", &request, false);
        assert_eq!(sent["messages"][0]["content"][1]["image_url"]["url"], "data:image/png;base64,AA");
        assert_eq!(sent["messages"][1]["content"], Value::Null);
        assert_eq!(sent["messages"][1]["tool_calls"][0]["function"]["arguments"], "{}");
        assert_eq!(sent["messages"][2], json!({"role": "tool", "content": "[]", "tool_call_id": "c1"}));
        assert_eq!(sent["tools"][0]["function"]["name"], "get");
        assert_eq!(sent["tool_choice"]["function"]["name"], "get");
        assert_eq!(sent["temperature"], json!(0.0));
        assert_eq!(sent["response_format"]["json_schema"]["strict"], true);
    }
}
