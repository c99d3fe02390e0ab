//! The body of `POST /v1/responses`.

use loopwright_core::{Message, Part, ResponseFormat, Role, ToolCall, ToolChoice, ToolSpec};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::body::shaped;
use crate::refusal::Refusal;
use crate::text_or::TextOr;
use crate::wanted::{OtherForm, Said, Wanted, given, refuse_other_forms};

/// Fields about sampling.
const SAMPLING: [&str; 6] =
    ["temperature", "top_p", "max_output_tokens", "reasoning", "max_tool_calls", "parallel_tool_calls"];

/// Nothing is kept here that a later request could refer to: whoever asks sends the whole conversation.
const NOTHING_IS_KEPT: &str = "no conversation is kept here; send all of it as `input`";

const OTHER_FORMS: [OtherForm; 4] = [
    OtherForm { field: "previous_response_id", is_other: |_| true, why: NOTHING_IS_KEPT },
    OtherForm { field: "conversation", is_other: |_| true, why: NOTHING_IS_KEPT },
    OtherForm { field: "background", is_other: |value| value != false, why: "answers are given at once" },
    OtherForm { field: "prompt", is_other: |_| true, why: "send `instructions` and `input`" },
];

#[derive(Deserialize)]
struct Body {
    model: String,
    instructions: Option<String>,
    input: TextOr<Item>,
    stream: Option<bool>,
    tools: Option<Vec<Tool>>,
    tool_choice: Option<Value>,
    temperature: Option<f64>,
    max_output_tokens: Option<u64>,
    text: Option<TextOptions>,
}

/// One item of a conversation. A message may leave its type out.
#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: Option<ItemKind>,
    role: Option<ItemRole>,
    content: Option<TextOr<Piece>>,
    call_id: Option<String>,
    name: Option<String>,
    arguments: Option<String>,
    output: Option<TextOr<Piece>>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum ItemKind {
    Message,
    FunctionCall,
    FunctionCallOutput,
    Reasoning,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum ItemRole {
    System,
    Developer,
    User,
    Assistant,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Piece {
    InputText { text: String },
    OutputText { text: String },
    Refusal { refusal: String },
    InputImage { image_url: String },
}

#[derive(Deserialize)]
struct Tool {
    #[serde(rename = "type")]
    _kind: ToolKind,
    name: String,
    description: Option<String>,
    parameters: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ToolKind {
    Function,
}

#[derive(Deserialize)]
struct TextOptions {
    format: Option<Format>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format {
    Text,
    JsonObject,
    JsonSchema { schema: Value },
}

/// Reads `document`.
///
/// # Errors
/// With the path of the first fault.
pub(in crate::protocol) fn read(document: &Value) -> Result<Wanted, Refusal> {
    refuse_other_forms(document, &OTHER_FORMS)?;
    let body: Body = shaped(document)?;
    let mut said = vec![];
    if let Some(text) = body.instructions {
        said.push(Said { place: "instructions".to_owned(), message: Message::text(Role::System, text) });
    }
    match body.input {
        TextOr::Text(text) => {
            said.push(Said { place: "input".to_owned(), message: Message::text(Role::User, text) });
        }
        TextOr::Parts(items) => {
            for (index, item) in items.into_iter().enumerate() {
                add(&mut said, format!("input[{index}]"), item)?;
            }
        }
    }
    Ok(Wanted {
        model: body.model,
        said,
        tools: body.tools.unwrap_or_default().into_iter().map(spec).collect(),
        tool_choice: body.tool_choice.as_ref().map_or(Ok(ToolChoice::Auto), choice)?,
        temperature: body.temperature,
        max_output_tokens: body.max_output_tokens,
        format: body.text.and_then(|text| text.format).map_or(ResponseFormat::Text, format),
        format_field: "text.format",
        stream: body.stream.unwrap_or(false),
        include_usage: true,
        sampling: given(document, &SAMPLING),
    })
}

/// Adds `item`. Calls that follow each other, or the words before them, are one message of the assistant.
fn add(said: &mut Vec<Said>, place: String, item: Item) -> Result<(), Refusal> {
    let missing = |field: &str| {
        let path = format!("{place}.{field}");
        Refusal::at(path.clone(), "invalid_value", format!("`{path}`: is missing"))
    };
    let message = match item.kind.unwrap_or(ItemKind::Message) {
        ItemKind::Reasoning => return Ok(()),
        ItemKind::Message => {
            let content = parts(item.content.ok_or_else(|| missing("content"))?);
            let role = role(item.role.ok_or_else(|| missing("role"))?);
            Message { role, content, tool_calls: vec![], tool_call_id: None }
        }
        ItemKind::FunctionCallOutput => Message {
            content: parts(item.output.ok_or_else(|| missing("output"))?),
            ..Message::tool_result(item.call_id.ok_or_else(|| missing("call_id"))?, "")
        },
        ItemKind::FunctionCall => {
            let id = item.call_id.ok_or_else(|| missing("call_id"))?;
            let name = item.name.ok_or_else(|| missing("name"))?;
            let call = ToolCall { id, name, arguments: item.arguments.ok_or_else(|| missing("arguments"))? };
            if let Some(last) = said.last_mut().filter(|last| last.message.role == Role::Assistant) {
                last.message.tool_calls.push(call);
                return Ok(());
            }
            Message { role: Role::Assistant, content: vec![], tool_calls: vec![call], tool_call_id: None }
        }
    };
    said.push(Said { place, message });
    Ok(())
}

fn role(role: ItemRole) -> Role {
    match role {
        ItemRole::System | ItemRole::Developer => Role::System,
        ItemRole::User => Role::User,
        ItemRole::Assistant => Role::Assistant,
    }
}

fn parts(content: TextOr<Piece>) -> Vec<Part> {
    let part = |piece| match piece {
        Piece::InputText { text } | Piece::OutputText { text } | Piece::Refusal { refusal: text } => {
            Part::Text { text }
        }
        Piece::InputImage { image_url } => Part::Image { url: image_url },
    };
    match content {
        TextOr::Text(text) => vec![Part::Text { text }],
        TextOr::Parts(pieces) => pieces.into_iter().map(part).collect(),
    }
}

fn spec(tool: Tool) -> ToolSpec {
    // A function without parameters takes none.
    let parameters = tool.parameters.unwrap_or_else(|| json!({ "type": "object", "properties": {} }));
    ToolSpec { name: tool.name, description: tool.description.unwrap_or_default(), parameters }
}

fn choice(value: &Value) -> Result<ToolChoice, Refusal> {
    match (value.as_str(), value["type"].as_str(), value["name"].as_str()) {
        (Some("auto"), ..) => Ok(ToolChoice::Auto),
        (Some("none"), ..) => Ok(ToolChoice::None),
        (Some("required"), ..) => Ok(ToolChoice::Required),
        (None, Some("function"), Some(name)) => Ok(ToolChoice::Tool(name.to_owned())),
        _ => {
            let message = "`tool_choice`: must be `auto`, `none`, `required`, or name a function";
            Err(Refusal::at("tool_choice", "invalid_value", message))
        }
    }
}

fn format(format: Format) -> ResponseFormat {
    match format {
        Format::Text => ResponseFormat::Text,
        Format::JsonObject => ResponseFormat::JsonObject,
        Format::JsonSchema { schema } => ResponseFormat::JsonSchema(schema),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_messages() {
        let body = json!({"model": "m", "instructions": "Be brief.", "max_output_tokens": 9, "top_p": 1, "input": [
            {"role": "user", "content": "Find both."},
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Looking.", "annotations": []}]},
            {"type": "function_call", "call_id": "c1", "name": "find", "arguments": "{}", "status": "completed"},
            {"type": "function_call", "call_id": "c2", "name": "find", "arguments": "{\"id\":2}"},
            {"type": "function_call_output", "call_id": "c1", "output": "one"},
            {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "two"}]},
        ], "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}},
           "tools": [{"type": "function", "name": "find", "strict": true}],
           "tool_choice": {"type": "function", "name": "find"}});
        let (request, passed_over) = read(&body).unwrap().for_model("m").unwrap();
        let roles: Vec<Role> = request.messages.iter().map(|message| message.role).collect();
        assert_eq!(roles, [Role::System, Role::User, Role::Assistant, Role::Tool, Role::Tool]);
        assert_eq!(request.messages[2].plain_text(), "Looking.");
        assert_eq!(request.messages[2].tool_calls[1].arguments, r#"{"id":2}"#);
        assert_eq!(request.messages[4], Message::tool_result("c2", "two"));
        assert_eq!(request.tool_choice, ToolChoice::Tool("find".to_owned()));
        assert_eq!(request.response_format, ResponseFormat::JsonSchema(json!({"type": "object"})));
        assert_eq!(passed_over, ["top_p"]);
    }

    #[test]
    fn a_fault_is_named_by_its_path() {
        let path = |more: Value| {
            let mut body = json!({"model": "m", "input": "Hi."});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read(&body).and_then(Wanted::for_agent).unwrap_err().param.unwrap()
        };
        assert_eq!(path(json!({"instructions": "Obey."})), "instructions");
        assert_eq!(path(json!({"previous_response_id": "resp_1"})), "previous_response_id");
        assert_eq!(path(json!({"input": [{"role": "user"}]})), "input[0].content");
        assert_eq!(
            path(json!({"input": [{"type": "function_call", "call_id": "c", "name": "f"}]})),
            "input[0].arguments"
        );
        assert_eq!(path(json!({"tools": [{"type": "web_search"}]})), "tools[0].type");
        assert_eq!(path(json!({"text": {"format": {"type": "json_object"}}})), "text.format");
    }
}
