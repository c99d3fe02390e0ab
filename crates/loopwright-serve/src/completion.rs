//! Answers in OpenAI's form: `chat.completion`, and the chunks of a stream.

use loopwright_core::{TrialKey, Usage};
use serde::Serialize;

use crate::served_agent::Ready;
use crate::telling::Answer;

/// What all pieces of one answer begin with.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Head {
    id: String,
    object: &'static str,
    /// Seconds since the Unix epoch.
    created: u64,
    model: String,
    /// Which variant answers.
    system_fingerprint: String,
}

#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    head: &'a Head,
    choices: [WholeChoice<'a>; 1],
    usage: UsageReport,
}

#[derive(Serialize)]
struct WholeChoice<'a> {
    index: u32,
    message: WholeMessage<'a>,
    finish_reason: &'static str,
}

#[derive(Serialize)]
struct WholeMessage<'a> {
    role: &'static str,
    content: &'a str,
}

/// One chunk of a stream.
#[derive(Serialize)]
struct Chunk<'a> {
    #[serde(flatten)]
    head: &'a Head,
    choices: Vec<ChunkChoice<'a>>,
    /// `null` but in the last, for a caller who asked for usage; for any other it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Option<UsageReport>>,
}

#[derive(Serialize)]
struct ChunkChoice<'a> {
    index: u32,
    delta: ChunkDelta<'a>,
    finish_reason: Option<&'static str>,
}

#[derive(Serialize)]
struct ChunkDelta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
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

impl Head {
    /// The head of the answer of `agent` that is the trial `key`. The answer's id begins the key.
    pub(crate) fn new(agent: &Ready, key: &TrialKey, object: &'static str, now_ns: u64) -> Self {
        Self {
            id: format!("chatcmpl-{}", &key.to_string()[..24]),
            object,
            created: now_ns / 1_000_000_000,
            model: agent.spec.name.clone(),
            system_fingerprint: format!("variant-{}", agent.spec.variant.short()),
        }
    }

    /// The answer as one document.
    pub(crate) fn whole(&self, answer: &Answer, usage: Usage) -> String {
        let message = WholeMessage { role: "assistant", content: &answer.text };
        let choice = WholeChoice { index: 0, message, finish_reason: answer.finish };
        json(&Whole { head: self, choices: [choice], usage: usage.into() })
    }

    /// The chunk of a stream that carries `part`. With `reports_usage`, each has a place for it, filled in the last.
    pub(crate) fn chunk(&self, part: &ChunkPart<'_>, reports_usage: bool) -> String {
        let (choices, usage) = match part {
            ChunkPart::Role => (choice(Some("assistant"), Some(""), None), None),
            ChunkPart::Piece(text) => (choice(None, Some(text), None), None),
            ChunkPart::Finish(reason) => (choice(None, None, Some(reason)), None),
            ChunkPart::Usage(usage) => (vec![], Some(UsageReport::from(*usage))),
        };
        json(&Chunk { head: self, choices, usage: reports_usage.then_some(usage) })
    }
}

/// What one chunk of a stream carries.
pub(crate) enum ChunkPart<'a> {
    /// Who speaks; the first.
    Role,
    /// More of the answer.
    Piece(&'a str),
    /// Why it ended.
    Finish(&'static str),
    /// What it used; the last.
    Usage(Usage),
}

fn choice<'a>(
    role: Option<&'static str>,
    content: Option<&'a str>,
    finish_reason: Option<&'static str>,
) -> Vec<ChunkChoice<'a>> {
    vec![ChunkChoice { index: 0, delta: ChunkDelta { role, content }, finish_reason }]
}

/// These hold text and numbers under fixed names, which always can be JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
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
