//! Requests as the protocol writes them.

use loopwright_core::{Message, ModelError, Part, ResponseFormat, Role, ToolCall, ToolChoice, ToolSpec};
use serde_json::{Map, Value, json};

use super::{ANSWER_TOOL, NAME};
use crate::protocol::{Asked, data_url, unsupported};

/// The bound of the output when the request sets none: the protocol demands one, and every current model allows this.
const OUTPUT_LIMIT: u64 = 4096;

/// The body of a request.
pub(super) fn body(asked: &Asked<'_>) -> Result<Value, ModelError> {
    let request = asked.request;
    let mut body = Map::new();
    let mut set = |field: &str, value: Value| body.insert(field.to_owned(), value);
    set("model", json!(asked.name()));
    set("max_tokens", json!(request.max_output_tokens.unwrap_or(OUTPUT_LIMIT)));
    set("messages", turns(&request.messages).into());
    let mut system: Vec<Value> =
        request.messages.iter().filter(|message| message.role == Role::System).map(system).collect();
    let mut tools: Vec<Value> = request.tools.iter().map(tool).collect();
    // The provider keeps tools before the system's words, so one mark on the latter holds both.
    if let Some(last) = system.last_mut().or(tools.last_mut()) {
        mark_prefix_end(last);
    }
    if !system.is_empty() {
        set("system", system.into());
    }
    if let Some(temperature) = request.temperature {
        // The scale ends at 1.
        set("temperature", json!(temperature.min(1.0)));
    }
    if !tools.is_empty() {
        set("tools", tools.into());
        set("tool_choice", tool_choice(&request.tool_choice));
    }
    match &request.response_format {
        ResponseFormat::Text => {}
        ResponseFormat::JsonSchema(schema) => {
            set("output_config", json!({ "format": { "type": "json_schema", "schema": schema } }));
        }
        ResponseFormat::JsonObject if request.tools.is_empty() => {
            let description = "Gives the answer: the whole of it, as one JSON object.";
            let schema = json!({ "type": "object" });
            set("tools", json!([{ "name": ANSWER_TOOL, "description": description, "input_schema": schema }]));
            set("tool_choice", json!({ "type": "tool", "name": ANSWER_TOOL }));
        }
        ResponseFormat::JsonObject => {
            return Err(unsupported("this provider gives no JSON beside tools unless it is told the schema"));
        }
    }
    if asked.stream {
        set("stream", json!(true));
    }
    Ok(Value::Object(body))
}

/// Marks `block` as the end of what the provider shall keep for five minutes. It reads nothing from its cache without a
/// mark: <https://platform.claude.com/docs/en/build-with-claude/prompt-caching>. What is marked costs 1.25 times as much
/// once and a tenth whenever it comes again, so the mark stands where every call of an agent is the same, and not in its
/// conversation, which may end with the next word.
fn mark_prefix_end(block: &mut Value) {
    block["cache_control"] = json!({ "type": "ephemeral" });
}

fn system(message: &Message) -> Value {
    json!({ "type": "text", "text": message.plain_text() })
}

/// The conversation in turns of user and assistant. Results of tools are the user's, and stand in one turn with what is
/// said beside them, as all results of parallel calls must come together.
fn turns(messages: &[Message]) -> Vec<Value> {
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in messages.iter().filter(|message| message.role != Role::System) {
        let role = if message.role == Role::Assistant { "assistant" } else { "user" };
        let blocks = blocks(message);
        match turns.last_mut() {
            Some((last, content)) if *last == role => content.extend(blocks),
            _ => turns.push((role, blocks)),
        }
    }
    let said = turns.into_iter().filter(|(_, content)| !content.is_empty());
    said.map(|(role, content)| json!({ "role": role, "content": content })).collect()
}

fn blocks(message: &Message) -> Vec<Value> {
    let parts: Vec<Value> = message.content.iter().filter_map(block).collect();
    if let Some(id) = &message.tool_call_id {
        return vec![json!({ "type": "tool_result", "tool_use_id": id, "content": parts })];
    }
    parts.into_iter().chain(message.tool_calls.iter().map(tool_use)).collect()
}

/// Empty text is refused by the protocol; thoughts go back only with their signature, which is the opaque part.
fn block(part: &Part) -> Option<Value> {
    match part {
        Part::Text { text } if !text.is_empty() => Some(json!({ "type": "text", "text": text })),
        Part::Image { url } => Some(json!({ "type": "image", "source": image(url) })),
        Part::Opaque { protocol, value } if protocol == NAME => Some(value.clone()),
        _ => None,
    }
}

fn image(url: &str) -> Value {
    match data_url(url) {
        Some((media_type, data)) => json!({ "type": "base64", "media_type": media_type, "data": data }),
        None => json!({ "type": "url", "url": url }),
    }
}

/// Broken arguments cannot be sent back as an object; they are kept as text in one.
fn tool_use(call: &ToolCall) -> Value {
    let input = serde_json::from_str::<Map<String, Value>>(&call.arguments).map(Value::Object);
    let input = input.unwrap_or_else(|_| match call.arguments.trim() {
        "" => json!({}),
        broken => json!({ "arguments": broken }),
    });
    json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": input })
}

fn tool(tool: &ToolSpec) -> Value {
    let ToolSpec { name, description, parameters } = tool;
    json!({ "name": name, "description": description, "input_schema": parameters })
}

fn tool_choice(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Auto => json!({ "type": "auto" }),
        ToolChoice::None => json!({ "type": "none" }),
        ToolChoice::Required => json!({ "type": "any" }),
        ToolChoice::Tool(name) => json!({ "type": "tool", "name": name }),
    }
}

#[cfg(test)]
mod tests {
    use loopwright_core::{ChatRequest, ModelErrorKind, Seed};

    use super::*;
    use crate::ModelRef;

    fn written(request: &ChatRequest) -> Result<Value, ModelError> {
        let ModelRef::Remote(model) = "anthropic:claude-sonnet-4-5".parse().unwrap() else { panic!() };
        body(&Asked { request, seed: Seed(1), model: &model, stream: false })
    }

    fn order_tool() -> ToolSpec {
        ToolSpec { name: "get".into(), description: "Gets".into(), parameters: json!({"type": "object"}) }
    }

    #[test]
    fn a_conversation_with_parallel_calls() {
        let call =
            |id: &str, arguments: &str| ToolCall { id: id.into(), name: "get".into(), arguments: arguments.into() };
        let thought = json!({"type": "thinking", "thinking": "Hm.", "signature": "c2ln"});
        let opaque = |protocol: &str| Part::Opaque { protocol: protocol.into(), value: thought.clone() };
        let asked = Message {
            content: vec![opaque(NAME), opaque("other"), Part::Reasoning { text: "Hm.".into() }],
            tool_calls: vec![call("a", r#"{"id":1}"#), call("b", "{broken")],
            ..Message::text(Role::Assistant, "")
        };
        let messages = vec![
            Message::text(Role::System, "Be brief."),
            Message::text(Role::User, "Where?"),
            asked,
            Message::tool_result("a", "here"),
            Message::tool_result("b", ""),
            Message::text(Role::User, "Well?"),
        ];
        let request = ChatRequest {
            tools: vec![order_tool()],
            tool_choice: ToolChoice::Required,
            temperature: Some(1.5),
            ..ChatRequest::new("", messages)
        };
        assert_eq!(
            written(&request).unwrap(),
            json!({
                "model": "claude-sonnet-4-5", "max_tokens": 4096, "temperature": 1.0,
                "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
                "tools": [{"name": "get", "description": "Gets", "input_schema": {"type": "object"}}],
                "tool_choice": {"type": "any"},
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "Where?"}]},
                    {"role": "assistant", "content": [thought,
                        {"type": "tool_use", "id": "a", "name": "get", "input": {"id": 1}},
                        {"type": "tool_use", "id": "b", "name": "get", "input": {"arguments": "{broken"}}]},
                    {"role": "user", "content": [
                        {"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "here"}]},
                        {"type": "tool_result", "tool_use_id": "b", "content": []},
                        {"type": "text", "text": "Well?"}]},
                ],
            })
        );
    }

    #[test]
    fn what_every_call_begins_with_is_marked_once_for_the_cache() {
        let marks = |messages: Vec<Message>, tools: Vec<ToolSpec>| {
            let body = written(&ChatRequest { tools, ..ChatRequest::new("", messages) }).unwrap();
            let marked = |field: &str| {
                let blocks = body[field].as_array().into_iter().flatten();
                blocks.map(|block| block.get("cache_control").is_some()).collect::<Vec<_>>()
            };
            assert_eq!(body["messages"].to_string().matches("cache_control").count(), 0);
            (marked("tools"), marked("system"))
        };
        let system = || Message::text(Role::System, "Be brief.");
        let user = || Message::text(Role::User, "Where?");
        let both = marks(vec![system(), system(), user()], vec![order_tool()]);
        assert_eq!(both, (vec![false], vec![false, true]), "the last of the system's words stands behind the tools");
        assert_eq!(marks(vec![user()], vec![order_tool(), order_tool()]), (vec![false, true], vec![]));
        assert_eq!(marks(vec![user()], vec![]), (vec![], vec![]));
    }

    #[test]
    fn pictures_go_by_value_or_by_address() {
        let picture = |url: &str| block(&Part::Image { url: url.into() }).unwrap()["source"].clone();
        let by_value = json!({"type": "base64", "media_type": "image/png", "data": "AA=="});
        assert_eq!(picture("data:image/png;base64,AA=="), by_value);
        assert_eq!(picture("https://host/a.png"), json!({"type": "url", "url": "https://host/a.png"}));
    }

    #[test]
    fn forms_of_the_answer() {
        let schema = json!({"type": "object", "additionalProperties": false});
        let format = ResponseFormat::JsonSchema(schema.clone());
        let request = ChatRequest { response_format: format, ..ChatRequest::new("m", vec![]) };
        assert_eq!(written(&request).unwrap()["output_config"]["format"]["schema"], schema);
        let any = ChatRequest { response_format: ResponseFormat::JsonObject, ..request };
        assert_eq!(written(&any).unwrap()["tool_choice"], json!({"type": "tool", "name": ANSWER_TOOL}));
        let beside = ChatRequest { tools: vec![order_tool()], ..any };
        assert_eq!(written(&beside).unwrap_err().kind, ModelErrorKind::Unsupported);
    }
}
