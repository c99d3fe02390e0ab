//! The body of `POST /v1/chat/completions`.
//!
//! Source: OpenAI's API reference, "Create chat completion".

use loopwright_core::{Message, Part, ResponseFormat, Role, ToolCall, ToolChoice, ToolSpec};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::body::shaped;
use crate::refusal::Refusal;
use crate::text_or::TextOr;
use crate::wanted::{OtherForm, Said, Wanted, given, is_filled, refuse_other_forms};

/// Fields about sampling.
const SAMPLING: [&str; 11] = [
    "temperature",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "stop",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
    "reasoning_effort",
    "verbosity",
];

const OTHER_FORMS: [OtherForm; 4] = [
    OtherForm { field: "n", is_other: |value| value != 1, why: "there is one answer to a request" },
    OtherForm { field: "functions", is_other: is_filled, why: "offer `tools` instead" },
    OtherForm { field: "logprobs", is_other: |value| value != false, why: "log probabilities are not passed on" },
    OtherForm { field: "audio", is_other: |_| true, why: "answers are text" },
];

#[derive(Deserialize)]
struct Body {
    model: String,
    messages: Vec<Entry>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    tools: Option<Vec<Tool>>,
    tool_choice: Option<Value>,
    temperature: Option<f64>,
    max_tokens: Option<u64>,
    max_completion_tokens: Option<u64>,
    response_format: Option<Format>,
}

#[derive(Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(Deserialize)]
struct Entry {
    role: EntryRole,
    content: Option<TextOr<Piece>>,
    tool_calls: Option<Vec<Call>>,
    tool_call_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum EntryRole {
    System,
    Developer,
    User,
    Assistant,
    Tool,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Piece {
    Text { text: String },
    ImageUrl { image_url: Picture },
    Refusal { refusal: String },
}

#[derive(Deserialize)]
struct Picture {
    url: String,
}

#[derive(Deserialize)]
struct Call {
    id: String,
    function: CalledFunction,
}

#[derive(Deserialize)]
struct CalledFunction {
    name: String,
    arguments: String,
}

#[derive(Deserialize)]
struct Tool {
    #[serde(rename = "type")]
    _kind: ToolKind,
    function: Function,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ToolKind {
    Function,
}

#[derive(Deserialize)]
struct Function {
    name: String,
    description: Option<String>,
    parameters: Option<Value>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format {
    Text,
    JsonObject,
    JsonSchema { json_schema: NamedSchema },
}

#[derive(Deserialize)]
struct NamedSchema {
    schema: Option<Value>,
}

/// Reads `document`.
///
/// # Errors
/// With the path of the first fault.
pub(super) fn read(document: &Value) -> Result<Wanted, Refusal> {
    refuse_other_forms(document, &OTHER_FORMS)?;
    let body: Body = shaped(document)?;
    let said = |(index, entry)| Said { place: format!("messages[{index}]"), message: message(entry) };
    Ok(Wanted {
        model: body.model,
        said: body.messages.into_iter().enumerate().map(said).collect(),
        tools: body.tools.unwrap_or_default().into_iter().map(|tool| spec(tool.function)).collect(),
        tool_choice: body.tool_choice.as_ref().map_or(Ok(ToolChoice::Auto), choice)?,
        temperature: body.temperature,
        max_output_tokens: body.max_completion_tokens.or(body.max_tokens),
        format: body.response_format.map_or(ResponseFormat::Text, format),
        format_field: "response_format",
        stream: body.stream.unwrap_or(false),
        include_usage: body.stream_options.and_then(|options| options.include_usage).unwrap_or(false),
        sampling: given(document, &SAMPLING),
    })
}

fn message(entry: Entry) -> Message {
    let role = match entry.role {
        EntryRole::System | EntryRole::Developer => Role::System,
        EntryRole::User => Role::User,
        EntryRole::Assistant => Role::Assistant,
        EntryRole::Tool => Role::Tool,
    };
    let content = match entry.content {
        None => vec![],
        Some(TextOr::Text(text)) => vec![Part::Text { text }],
        Some(TextOr::Parts(pieces)) => pieces.into_iter().map(part).collect(),
    };
    let call = |Call { id, function }| ToolCall { id, name: function.name, arguments: function.arguments };
    let tool_calls = entry.tool_calls.unwrap_or_default().into_iter().map(call).collect();
    Message { role, content, tool_calls, tool_call_id: entry.tool_call_id }
}

fn part(piece: Piece) -> Part {
    match piece {
        Piece::Text { text } | Piece::Refusal { refusal: text } => Part::Text { text },
        Piece::ImageUrl { image_url } => Part::Image { url: image_url.url },
    }
}

fn spec(function: Function) -> ToolSpec {
    let Function { name, description, parameters } = function;
    // A function without parameters takes none.
    let parameters = parameters.unwrap_or_else(|| json!({ "type": "object", "properties": {} }));
    ToolSpec { name, description: description.unwrap_or_default(), parameters }
}

fn choice(value: &Value) -> Result<ToolChoice, Refusal> {
    match (value.as_str(), value["function"]["name"].as_str()) {
        (Some("auto"), _) => Ok(ToolChoice::Auto),
        (Some("none"), _) => Ok(ToolChoice::None),
        (Some("required"), _) => Ok(ToolChoice::Required),
        (None, Some(name)) => Ok(ToolChoice::Tool(name.to_owned())),
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
        Format::JsonSchema { json_schema } => {
            json_schema.schema.map_or(ResponseFormat::JsonObject, ResponseFormat::JsonSchema)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(more: Value) -> Value {
        let mut body = json!({"model": "support", "messages": [{"role": "user", "content": "Hi."}]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    /// The path of what is wrong with a request to an agent.
    fn path(body: &Value) -> String {
        read(body).and_then(Wanted::for_agent).unwrap_err().param.unwrap()
    }

    #[test]
    fn a_conversation_is_what_user_and_agent_said() {
        let parts = json!([{"type": "text", "text": "And "}, {"type": "text", "text": "now?"}]);
        let messages = json!([
            {"role": "user", "content": "Hi."},
            {"role": "assistant", "content": "Hello.", "refusal": null},
            {"role": "user", "content": parts, "name": "ann"},
        ]);
        let body = json!({"messages": messages, "user": "u-1", "temperature": 0.2, "seed": null});
        let body = read(&asks(body)).unwrap();
        assert_eq!((body.stream, body.include_usage), (false, false));
        let (input, passed_over) = body.for_agent().unwrap();
        let said: Vec<String> = input.messages.iter().map(Message::plain_text).collect();
        assert_eq!(said, ["Hi.", "Hello.", "And now?"]);
        assert_eq!(input.messages[1].role, Role::Assistant);
        assert_eq!(passed_over, ["temperature"]);
    }

    #[test]
    fn a_stream_may_end_with_what_it_used() {
        let body = read(&asks(json!({"stream": true, "stream_options": {"include_usage": true}}))).unwrap();
        assert_eq!((body.stream, body.include_usage), (true, true));
    }

    #[test]
    fn a_fault_is_named_by_its_path() {
        let said = |message: Value| path(&asks(json!({"messages": [message]})));
        assert_eq!(said(json!({"role": "user", "content": 7})), "messages[0].content");
        let picture = json!([{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "u"}}]);
        assert_eq!(said(json!({"role": "user", "content": picture})), "messages[0].content[1]");
        assert_eq!(said(json!({"role": "system", "content": "Obey."})), "messages[0]");
        assert_eq!(said(json!({"role": "tool", "content": "[]", "tool_call_id": "c"})), "messages[0]");
        assert_eq!(said(json!({"role": "assistant", "content": "a"})), "messages");
        assert_eq!(said(json!({"role": "robot", "content": "a"})), "messages[0].role");
        assert_eq!(path(&asks(json!({"messages": []}))), "messages");
        assert_eq!(path(&asks(json!({"stream": "yes"}))), "stream");
        assert_eq!(path(&asks(json!({"tool_choice": "perhaps"}))), "tool_choice");
        assert_eq!(read(&json!([])).unwrap_err().status.as_u16(), 400);
    }

    #[test]
    fn an_agent_refuses_another_form_of_answer() {
        let tool = json!({"type": "function", "function": {"name": "f"}});
        let forms = [
            json!({"n": 2}),
            json!({"tools": [tool]}),
            json!({"response_format": {"type": "json_object"}}),
            json!({"logprobs": true}),
        ];
        for form in forms {
            let field = form.as_object().unwrap().keys().next().unwrap().clone();
            assert_eq!(path(&asks(form)), field);
        }
        let same = json!({"n": 1, "tools": [], "response_format": {"type": "text"}, "logprobs": false, "audio": null});
        assert!(read(&asks(same)).and_then(Wanted::for_agent).is_ok());
    }

    #[test]
    fn a_model_is_given_tools_calls_and_form() {
        let call = json!({"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{\"id\":1}"}});
        let schema = json!({"type": "object"});
        let body = asks(json!({
            "messages": [
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,", "detail": "low"}}]},
                {"role": "assistant", "content": null, "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "c1", "content": "found"},
            ],
            "tools": [{"type": "function", "function": {"name": "find", "description": "Finds.", "strict": true}}],
            "tool_choice": {"type": "function", "function": {"name": "find"}},
            "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}},
            "max_tokens": 9, "top_p": 0.5, "temperature": 0.0,
        }));
        let (request, passed_over) = read(&body).unwrap().for_model("m").unwrap();
        assert_eq!((request.messages[0].role, request.model.as_str()), (Role::System, "m"));
        assert_eq!(request.messages[1].content, [Part::Image { url: "data:,".to_owned() }]);
        assert_eq!(request.messages[2].tool_calls[0].arguments, r#"{"id":1}"#);
        assert_eq!(request.messages[3], Message::tool_result("c1", "found"));
        assert_eq!(request.tools[0].parameters, json!({"type": "object", "properties": {}}));
        assert_eq!(request.tool_choice, ToolChoice::Tool("find".to_owned()));
        assert_eq!(request.response_format, ResponseFormat::JsonSchema(schema));
        assert_eq!((request.max_output_tokens, request.temperature), (Some(9), Some(0.0)));
        assert_eq!(passed_over, ["top_p"]);
    }
}
