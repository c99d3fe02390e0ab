//! Answers in OpenAI's form: `chat.completion`, and the chunks of a stream.

use loopwright_core::{Delta, ToolCall, Usage};
use serde::Serialize;

use crate::protocol::{Head, openai_finish, to_json};
use crate::telling::Answer;

/// What all pieces of one answer begin with.
#[derive(Serialize)]
struct Opening<'a> {
    id: String,
    object: &'static str,
    created: u64,
    model: &'a str,
    system_fingerprint: &'a str,
}

#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    opening: Opening<'a>,
    choices: [WholeChoice<'a>; 1],
    usage: UsageReport,
}

#[derive(Serialize)]
struct WholeChoice<'a> {
    index: u32,
    message: WholeMessage<'a>,
    finish_reason: &'a str,
}

#[derive(Serialize)]
struct WholeMessage<'a> {
    role: &'static str,
    /// `null` where there are calls and no words.
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<CallReport<'a>>,
}

#[derive(Serialize)]
struct CallReport<'a> {
    /// Which call of the message, in a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    function: FunctionReport<'a>,
}

#[derive(Serialize)]
struct FunctionReport<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    arguments: &'a str,
}

/// One chunk of a stream.
#[derive(Serialize)]
struct Chunk<'a> {
    #[serde(flatten)]
    opening: Opening<'a>,
    choices: Vec<ChunkChoice<'a>>,
    /// `null` but in the last, for a caller who asked for usage; for any other it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Option<UsageReport>>,
}

#[derive(Serialize)]
struct ChunkChoice<'a> {
    index: u32,
    delta: ChunkDelta<'a>,
    finish_reason: Option<&'a str>,
}

#[derive(Serialize, Default)]
struct ChunkDelta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    /// Not OpenAI's, but what servers of reasoning models have made the custom.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_calls: Option<[CallReport<'a>; 1]>,
}

#[derive(Serialize)]
struct UsageReport {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: u64,
    prompt_tokens_details: CachedTokens,
    completion_tokens_details: ReasoningTokens,
}

#[derive(Serialize)]
struct CachedTokens {
    cached_tokens: u64,
}

#[derive(Serialize)]
struct ReasoningTokens {
    reasoning_tokens: u64,
}

/// What one chunk of a stream carries.
pub(super) enum ChunkPart<'a> {
    /// Who speaks; the first.
    Role,
    /// More of the answer.
    Piece(&'a Delta),
    /// Why it ended.
    Finish(&'a str),
    /// What it used; the last.
    Usage(Usage),
}

fn opening<'a>(head: &'a Head, object: &'static str) -> Opening<'a> {
    let Head { key, created, model, fingerprint } = head;
    Opening { id: format!("chatcmpl-{key}"), object, created: *created, model, system_fingerprint: fingerprint }
}

/// The answer as one document.
pub(crate) fn whole(head: &Head, answer: &Answer, usage: Usage) -> String {
    let content = (!answer.text.is_empty() || answer.calls.is_empty()).then_some(answer.text.as_str());
    let message =
        WholeMessage { role: "assistant", content, tool_calls: answer.calls.iter().map(call_report).collect() };
    let choice = WholeChoice { index: 0, message, finish_reason: openai_finish(&answer.finish) };
    to_json(&Whole { opening: opening(head, "chat.completion"), choices: [choice], usage: usage.into() })
}

fn call_report(call: &ToolCall) -> CallReport<'_> {
    let function = FunctionReport { name: Some(&call.name), arguments: &call.arguments };
    CallReport { index: None, id: Some(&call.id), kind: Some("function"), function }
}

/// The chunk of a stream that carries `part`. With `reports_usage`, each has a place for it, filled in the last.
pub(super) fn chunk(head: &Head, part: &ChunkPart<'_>, reports_usage: bool) -> String {
    let none = ChunkDelta::default;
    let (delta, finish_reason, usage) = match part {
        ChunkPart::Role => (ChunkDelta { role: Some("assistant"), content: Some(""), ..none() }, None, None),
        ChunkPart::Piece(delta) => (piece(delta), None, None),
        ChunkPart::Finish(reason) => (none(), Some(*reason), None),
        ChunkPart::Usage(usage) => (none(), None, Some(UsageReport::from(*usage))),
    };
    let choices = if usage.is_some() { vec![] } else { vec![ChunkChoice { index: 0, delta, finish_reason }] };
    let opening = opening(head, "chat.completion.chunk");
    to_json(&Chunk { opening, choices, usage: reports_usage.then_some(usage) })
}

fn piece(delta: &Delta) -> ChunkDelta<'_> {
    let none = ChunkDelta::default();
    match delta {
        Delta::Text(text) => ChunkDelta { content: Some(text), ..none },
        Delta::Reasoning(text) => ChunkDelta { reasoning_content: Some(text), ..none },
        Delta::ToolCall { index, id, name, arguments } => {
            let function = FunctionReport { name: name.as_deref(), arguments };
            let kind = id.is_some().then_some("function");
            ChunkDelta {
                tool_calls: Some([CallReport { index: Some(*index), id: id.as_deref(), kind, function }]),
                ..none
            }
        }
        _ => none,
    }
}

impl From<Usage> for UsageReport {
    fn from(usage: Usage) -> Self {
        Self {
            prompt_tokens: usage.input(),
            completion_tokens: usage.output(),
            total_tokens: usage.total(),
            prompt_tokens_details: CachedTokens { cached_tokens: usage.cached() },
            completion_tokens_details: ReasoningTokens { reasoning_tokens: usage.reasoning() },
        }
    }
}
