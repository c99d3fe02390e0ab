//! The body of `POST /v1/messages`, and of `POST /v1/messages/count_tokens`.

use loopwright_core::{Message, Part, ResponseFormat, Role, ToolCall, ToolChoice, ToolSpec};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::body::shaped;
use crate::refusal::Refusal;
use crate::text_or::TextOr;
use crate::wanted::{OtherForm, Said, Wanted, given, refuse_other_forms};

/// Fields about sampling.
const SAMPLING: [&str; 6] = ["temperature", "top_p", "top_k", "max_tokens", "stop_sequences", "thinking"];

const OTHER_FORMS: [OtherForm; 2] = [
    OtherForm { field: "container", is_other: |_| true, why: "there are no containers here" },
    OtherForm { field: "mcp_servers", is_other: crate::wanted::is_filled, why: "offer `tools` instead" },
];

#[derive(Deserialize)]
struct Body {
    model: String,
    system: Option<TextOr<SystemBlock>>,
    messages: Vec<Entry>,
    stream: Option<bool>,
    tools: Option<Vec<Tool>>,
    tool_choice: Option<Choice>,
    temperature: Option<f64>,
    max_tokens: Option<u64>,
    output_format: Option<Format>,
    output_config: Option<OutputConfig>,
}

#[derive(Deserialize)]
struct SystemBlock {
    text: String,
}

#[derive(Deserialize)]
struct Entry {
    role: EntryRole,
    content: TextOr<Block>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum EntryRole {
    User,
    Assistant,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text { text: String },
    Image { source: Picture },
    ToolUse { id: String, name: String, input: Map<String, Value> },
    ToolResult { tool_use_id: String, content: Option<TextOr<ResultBlock>> },
    Thinking { thinking: String },
    RedactedThinking,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Picture {
    Base64 { media_type: String, data: String },
    Url { url: String },
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ResultBlock {
    Text { text: String },
    Image { source: Picture },
}

/// A tool of the caller's. Those that Anthropic runs itself have a `type` and no schema, and are refused for it.
#[derive(Deserialize)]
struct Tool {
    name: String,
    description: Option<String>,
    input_schema: Value,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Choice {
    Auto,
    Any,
    Tool { name: String },
    None,
}

#[derive(Deserialize)]
struct OutputConfig {
    format: Option<Format>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format {
    JsonSchema { schema: Value },
}

/// Reads `document`.
///
/// # Errors
/// With the path of the first fault.
pub(in crate::protocol) fn read(document: &Value) -> Result<Wanted, Refusal> {
    refuse_other_forms(document, &OTHER_FORMS)?;
    let body: Body = shaped(document)?;
    let system = body.system.map(system).into_iter();
    let said = body.messages.into_iter().enumerate().flat_map(|(index, entry)| said(index, entry));
    let tool = |Tool { name, description, input_schema: parameters }| {
        let description = description.unwrap_or_default();
        ToolSpec { name, description, parameters }
    };
    let format = body.output_format.or_else(|| body.output_config?.format);
    Ok(Wanted {
        model: body.model,
        said: system.chain(said).collect(),
        tools: body.tools.unwrap_or_default().into_iter().map(tool).collect(),
        tool_choice: body.tool_choice.map_or(ToolChoice::Auto, choice),
        temperature: body.temperature,
        max_output_tokens: body.max_tokens,
        format: format.map_or(ResponseFormat::Text, |Format::JsonSchema { schema }| ResponseFormat::JsonSchema(schema)),
        format_field: "output_format",
        stream: body.stream.unwrap_or(false),
        include_usage: true,
        sampling: given(document, &SAMPLING),
    })
}

fn system(text: TextOr<SystemBlock>) -> Said {
    let text = match text {
        TextOr::Text(text) => text,
        TextOr::Parts(blocks) => blocks.into_iter().map(|block| block.text).collect::<Vec<_>>().join("\n"),
    };
    Said { place: "system".to_owned(), message: Message::text(Role::System, text) }
}

/// One entry is several messages where it holds results of tools: each of those is a message of its own here.
fn said(index: usize, entry: Entry) -> Vec<Said> {
    let place = format!("messages[{index}]");
    let role = if entry.role == EntryRole::User { Role::User } else { Role::Assistant };
    let blocks = match entry.content {
        TextOr::Text(text) => vec![Block::Text { text }],
        TextOr::Parts(blocks) => blocks,
    };
    let mut own = Message { role, content: vec![], tool_calls: vec![], tool_call_id: None };
    let mut messages = vec![];
    for block in blocks {
        match block {
            Block::Text { text } => own.content.push(Part::Text { text }),
            Block::Image { source } => own.content.push(Part::Image { url: url(source) }),
            Block::ToolUse { id, name, input } => {
                own.tool_calls.push(ToolCall { id, name, arguments: Value::Object(input).to_string() });
            }
            Block::ToolResult { tool_use_id, content } => messages.push(result(tool_use_id, content)),
            Block::Thinking { thinking } => own.content.push(Part::Reasoning { text: thinking }),
            Block::RedactedThinking => {}
        }
    }
    if messages.is_empty() || !own.content.is_empty() || !own.tool_calls.is_empty() {
        messages.push(own);
    }
    messages.into_iter().map(|message| Said { place: place.clone(), message }).collect()
}

fn result(call: String, content: Option<TextOr<ResultBlock>>) -> Message {
    let content = match content {
        None => vec![],
        Some(TextOr::Text(text)) => vec![Part::Text { text }],
        Some(TextOr::Parts(blocks)) => {
            let part = |block| match block {
                ResultBlock::Text { text } => Part::Text { text },
                ResultBlock::Image { source } => Part::Image { url: url(source) },
            };
            blocks.into_iter().map(part).collect()
        }
    };
    Message { role: Role::Tool, content, tool_calls: vec![], tool_call_id: Some(call) }
}

fn url(source: Picture) -> String {
    match source {
        Picture::Base64 { media_type, data } => format!("data:{media_type};base64,{data}"),
        Picture::Url { url } => url,
    }
}

fn choice(choice: Choice) -> ToolChoice {
    match choice {
        Choice::Auto => ToolChoice::Auto,
        Choice::Any => ToolChoice::Required,
        Choice::Tool { name } => ToolChoice::Tool(name),
        Choice::None => ToolChoice::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asks(more: Value) -> Value {
        let mut body = json!({"model": "m", "max_tokens": 64, "messages": [{"role": "user", "content": "Hi."}]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    #[test]
    fn a_turn_with_results_is_a_message_for_each() {
        let body = asks(json!({
            "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
            "messages": [
                {"role": "user", "content": "Find both."},
                {"role": "assistant", "content": [
                    {"type": "thinking", "thinking": "Two.", "signature": "s"},
                    {"type": "text", "text": "Looking."},
                    {"type": "tool_use", "id": "t1", "name": "find", "input": {"id": 1}},
                    {"type": "tool_use", "id": "t2", "name": "find", "input": {"id": 2}},
                ]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "t1", "content": "one"},
                    {"type": "tool_result", "tool_use_id": "t2", "content": [{"type": "text", "text": "two"}]},
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aaaa"}},
                ]},
            ],
            "tools": [{"name": "find", "input_schema": {"type": "object"}}],
            "tool_choice": {"type": "any"},
            "output_format": {"type": "json_schema", "schema": {"type": "object"}},
        }));
        let (request, passed_over) = read(&body).unwrap().for_model("m").unwrap();
        let roles: Vec<Role> = request.messages.iter().map(|message| message.role).collect();
        assert_eq!(roles, [Role::System, Role::User, Role::Assistant, Role::Tool, Role::Tool, Role::User]);
        assert_eq!(request.messages[2].tool_calls[1].arguments, r#"{"id":2}"#);
        assert_eq!(request.messages[4], Message::tool_result("t2", "two"));
        assert_eq!(request.messages[5].content, [Part::Image { url: "data:image/png;base64,aaaa".to_owned() }]);
        assert_eq!((request.tool_choice, request.max_output_tokens), (ToolChoice::Required, Some(64)));
        assert_eq!(request.response_format, ResponseFormat::JsonSchema(json!({"type": "object"})));
        assert_eq!(passed_over, <[&str; 0]>::default());
    }

    #[test]
    fn a_fault_is_named_by_its_path() {
        let path = |more: Value| read(&asks(more)).and_then(Wanted::for_agent).unwrap_err().param.unwrap();
        assert_eq!(path(json!({"system": "Obey."})), "system");
        assert_eq!(path(json!({"messages": [{"role": "system", "content": "Obey."}]})), "messages[0].role");
        assert_eq!(path(json!({"messages": [{"role": "user"}]})), "messages[0]");
        assert_eq!(path(json!({"tools": [{"type": "bash_20250124", "name": "bash"}]})), "tools[0]");
        assert_eq!(path(json!({"tools": [{"name": "f", "input_schema": {}}]})), "tools");
        assert_eq!(path(json!({"mcp_servers": [{}]})), "mcp_servers");
    }
}
