//! Requests as the protocol writes them.

use std::collections::BTreeMap;

use loopwright_core::{ChatRequest, Message, Part, ResponseFormat, Role, Seed, ToolCall, ToolChoice, ToolSpec};
use serde_json::{Map, Value, json};

use super::NAME;
use crate::protocol::{Asked, data_url};

/// The body of a request.
pub(super) fn body(asked: &Asked<'_>) -> Value {
    let request = asked.request;
    let mut body = Map::new();
    let mut set = |field: &str, value: Value| body.insert(field.to_owned(), value);
    set("contents", contents(&request.messages).into());
    let system = request.messages.iter().filter(|message| message.role == Role::System);
    let system: Vec<Value> = system.map(|message| json!({ "text": message.plain_text() })).collect();
    if !system.is_empty() {
        set("systemInstruction", json!({ "parts": system }));
    }
    if !request.tools.is_empty() {
        let declarations: Vec<Value> = request.tools.iter().map(declaration).collect();
        set("tools", json!([{ "functionDeclarations": declarations }]));
        set("toolConfig", json!({ "functionCallingConfig": calling(&request.tool_choice) }));
    }
    set("generationConfig", generation(request, asked.seed));
    Value::Object(body)
}

fn generation(request: &ChatRequest, seed: Seed) -> Value {
    // The seed is a signed 32-bit number.
    let mut config = json!({ "seed": seed.0 >> 33 });
    if let Some(temperature) = request.temperature {
        config["temperature"] = json!(temperature);
    }
    if let Some(limit) = request.max_output_tokens {
        config["maxOutputTokens"] = json!(limit);
    }
    if request.response_format != ResponseFormat::Text {
        config["responseMimeType"] = json!("application/json");
    }
    if let ResponseFormat::JsonSchema(schema) = &request.response_format {
        config["responseJsonSchema"] = schema.clone();
    }
    config
}

/// The conversation in turns of user and model. Results of tools are the user's, and all of one turn stand together.
fn contents(messages: &[Message]) -> Vec<Value> {
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for message in messages.iter().filter(|message| message.role != Role::System) {
        names.extend(message.tool_calls.iter().map(|call| (call.id.as_str(), call.name.as_str())));
        let role = if message.role == Role::Assistant { "model" } else { "user" };
        let parts = parts(message, &names);
        match turns.last_mut() {
            Some((last, content)) if *last == role => content.extend(parts),
            _ => turns.push((role, parts)),
        }
    }
    let said = turns.into_iter().filter(|(_, parts)| !parts.is_empty());
    said.map(|(role, parts)| json!({ "role": role, "parts": parts })).collect()
}

fn parts(message: &Message, names: &BTreeMap<&str, &str>) -> Vec<Value> {
    if let Some(id) = &message.tool_call_id {
        let name = names.get(id.as_str()).copied().unwrap_or(id);
        let mut answer = json!({ "name": name, "response": { "result": message.plain_text() } });
        if let Some(id) = own_id(id) {
            answer["id"] = json!(id);
        }
        return vec![json!({ "functionResponse": answer })];
    }
    let said = message.content.iter().filter_map(part);
    let mut said: Vec<Value> = said.collect();
    if let (Some(signature), Some(text)) = (signature(message, &json!("text")), said.last_mut()) {
        text["thoughtSignature"] = signature;
    }
    let calls = message.tool_calls.iter().enumerate().map(|(index, call)| {
        let mut part = json!({ "functionCall": function_call(call) });
        if let Some(signature) = signature(message, &json!(index)) {
            part["thoughtSignature"] = signature;
        }
        part
    });
    said.into_iter().chain(calls).collect()
}

fn part(part: &Part) -> Option<Value> {
    match part {
        Part::Text { text } if !text.is_empty() => Some(json!({ "text": text })),
        Part::Image { url } => Some(match data_url(url) {
            Some((media_type, data)) => json!({ "inlineData": { "mimeType": media_type, "data": data } }),
            None => json!({ "fileData": { "fileUri": url } }),
        }),
        _ => None,
    }
}

/// The signature that came with the text, or with the call of this index.
fn signature(message: &Message, of: &Value) -> Option<Value> {
    message.content.iter().find_map(|part| match part {
        Part::Opaque { protocol, value } if protocol == NAME && value["of"] == *of => Some(value["signature"].clone()),
        _ => None,
    })
}

/// An identity that the provider gave. Older models give none, and one that was made up here is none of theirs.
fn own_id(id: &str) -> Option<&str> {
    (!id.starts_with("call_")).then_some(id)
}

fn function_call(call: &ToolCall) -> Value {
    let args = serde_json::from_str::<Map<String, Value>>(&call.arguments).map(Value::Object);
    let args = args.unwrap_or_else(|_| match call.arguments.trim() {
        "" => json!({}),
        broken => json!({ "arguments": broken }),
    });
    let mut written = json!({ "name": call.name, "args": args });
    if let Some(id) = own_id(&call.id) {
        written["id"] = json!(id);
    }
    written
}

fn declaration(tool: &ToolSpec) -> Value {
    let ToolSpec { name, description, parameters } = tool;
    json!({ "name": name, "description": description, "parametersJsonSchema": parameters })
}

fn calling(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Auto => json!({ "mode": "AUTO" }),
        ToolChoice::None => json!({ "mode": "NONE" }),
        ToolChoice::Required => json!({ "mode": "ANY" }),
        ToolChoice::Tool(name) => json!({ "mode": "ANY", "allowedFunctionNames": [name] }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ModelRef;

    #[test]
    fn a_whole_conversation() {
        let ModelRef::Remote(model) = "gemini:gemini-2.5-flash".parse().unwrap() else { panic!() };
        let call = |id: &str| ToolCall { id: id.into(), name: "get".into(), arguments: r#"{"id":1}"#.into() };
        let signed = |of: Value| Part::Opaque { protocol: NAME.into(), value: json!({"of": of, "signature": "c2ln"}) };
        let asked = Message {
            content: vec![signed(json!(0)), Part::Reasoning { text: "Hm.".into() }],
            tool_calls: vec![call("call_0"), call("given")],
            ..Message::text(Role::Assistant, "")
        };
        let picture = Part::Image { url: "data:image/png;base64,AA==".into() };
        let messages = vec![
            Message::text(Role::System, "Be brief."),
            Message { content: vec![picture], ..Message::text(Role::User, "") },
            asked,
            Message::tool_result("call_0", "here"),
            Message::tool_result("given", "there"),
            Message {
                content: vec![signed(json!("text")), Part::Text { text: "So.".into() }],
                ..Message::text(Role::Assistant, "")
            },
        ];
        let request = ChatRequest {
            tools: vec![ToolSpec {
                name: "get".into(),
                description: "Gets".into(),
                parameters: json!({"type": "object"}),
            }],
            tool_choice: ToolChoice::Tool("get".into()),
            temperature: Some(0.0),
            max_output_tokens: Some(9),
            response_format: ResponseFormat::JsonSchema(json!({"type": "object"})),
            ..ChatRequest::new("", messages)
        };
        let written = body(&Asked { request: &request, seed: Seed(u64::MAX), model: &model, stream: false });
        assert_eq!(
            written,
            json!({
                "systemInstruction": {"parts": [{"text": "Be brief."}]},
                "tools": [{"functionDeclarations": [
                    {"name": "get", "description": "Gets", "parametersJsonSchema": {"type": "object"}}]}],
                "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["get"]}},
                "generationConfig": {"seed": 2_147_483_647, "temperature": 0.0, "maxOutputTokens": 9,
                    "responseMimeType": "application/json", "responseJsonSchema": {"type": "object"}},
                "contents": [
                    {"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "AA=="}}]},
                    {"role": "model", "parts": [
                        {"functionCall": {"name": "get", "args": {"id": 1}}, "thoughtSignature": "c2ln"},
                        {"functionCall": {"name": "get", "args": {"id": 1}, "id": "given"}}]},
                    {"role": "user", "parts": [
                        {"functionResponse": {"name": "get", "response": {"result": "here"}}},
                        {"functionResponse": {"name": "get", "response": {"result": "there"}, "id": "given"}}]},
                    {"role": "model", "parts": [{"text": "So.", "thoughtSignature": "c2ln"}]},
                ],
            })
        );
    }

    #[test]
    fn a_name_cannot_change_where_a_request_goes() {
        assert_eq!(super::super::path("a/../b?x#y", "generateContent"), "/models/a%2F..%2Fb%3Fx%23y:generateContent");
    }
}
