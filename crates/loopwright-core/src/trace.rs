//! A trace: the record of one agent run, in the terms of the OpenTelemetry GenAI conventions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{ChatRequest, ChatResponse, Cost, Digest, Message, Role, ToolCall, Usage};

/// The record of one agent run. The first span is the run itself; the others are its steps in order of start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Identity, 16 bytes in OpenTelemetry; here the first half of the trial's key.
    pub id: TraceId,
    /// How the run ended.
    pub outcome: Outcome,
    /// Spans, the run's own first.
    pub spans: Vec<Span>,
}

/// Identity of a trace: 128 bit, prints as 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TraceId(String);

impl TraceId {
    /// The trace of the trial, or request, whose digest this is.
    pub fn of(digest: &Digest) -> Self {
        Self(digest.to_string()[..32].to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How an agent run ended. Only [`Outcome::Infrastructure`] is ever retried: everything else is a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Outcome {
    /// The agent answered.
    Answered {
        /// Its answer.
        text: String,
    },
    /// A limit stopped the agent.
    Stopped {
        /// Which one.
        limit: Limit,
        /// What it had said by then.
        text: String,
    },
    /// The agent failed by its own doing.
    Failed {
        /// What happened.
        message: String,
    },
    /// The network, a provider or the harness failed; says nothing about the agent.
    Infrastructure {
        /// What happened.
        message: String,
    },
    /// The condition found nothing to act on in the case: nothing was run, and there is nothing to judge.
    Untouched {
        /// What it lacks.
        reason: String,
    },
}

impl Outcome {
    /// What the agent said; empty when it said nothing.
    pub fn text(&self) -> &str {
        match self {
            Self::Answered { text } | Self::Stopped { text, .. } => text,
            Self::Failed { .. } | Self::Infrastructure { .. } | Self::Untouched { .. } => "",
        }
    }
}

/// What bounds a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Model calls.
    Steps,
    /// Tokens read and written.
    Tokens,
    /// Money.
    Money,
    /// Time.
    Time,
    /// The same state came again.
    Repetition,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Steps => "steps",
            Self::Tokens => "tokens",
            Self::Money => "money",
            Self::Time => "time",
            Self::Repetition => "repetition",
        })
    }
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Position in the trace; the run itself is 0. Exported as an 8-byte id derived from trace and position.
    pub id: u32,
    /// The span that caused it; `None` for the run itself.
    pub parent: Option<u32>,
    /// When it began, nanoseconds since the Unix epoch (of the simulated clock, for a simulated model).
    pub start_ns: u64,
    /// When it ended; at least `start_ns`.
    pub end_ns: u64,
    /// What kind of step, and its content.
    pub detail: SpanDetail,
    /// What went wrong, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What a span is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "op")]
#[non_exhaustive]
pub enum SpanDetail {
    /// `invoke_agent`: the run itself.
    Agent {
        /// The agent's name.
        agent: String,
        /// Digest of the variant.
        variant: Digest,
    },
    /// `invoke_agent` within a conversation: one turn of it; its steps are its children.
    Turn {
        /// What the user said.
        said: String,
        /// What the agent answered; empty when it did not.
        answered: String,
    },
    /// `retrieval`: knowledge was searched.
    Retrieval {
        /// The query.
        query: String,
        /// What was found, best first; the first `shown` of them reached the model, in the order of the context.
        passages: Vec<FoundPassage>,
        /// How many of them the model was shown.
        shown: usize,
    },
    /// `chat`: a model was called.
    Chat {
        /// What it was asked.
        request: Box<ChatRequest>,
        /// What it answered; `None` when the call failed.
        response: Option<Box<ChatResponse>>,
        /// Where each token of the request came from.
        segments: Vec<SegmentUse>,
        /// Infrastructure attempts of this call, at least 1.
        attempts: u32,
    },
    /// `execute_tool`: a tool was called.
    Tool {
        /// The call as the model wrote it.
        call: ToolCall,
        /// The arguments after validation; `None` when they were refused.
        arguments: Option<Value>,
        /// What the model was told.
        result: String,
        /// How it went.
        status: ToolStatus,
    },
}

/// How a tool call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolStatus {
    /// It was carried out.
    Done,
    /// It ran and reported a failure, such as an unmet precondition.
    Refused,
    /// No such tool.
    UnknownTool,
    /// The arguments do not keep the schema.
    InvalidArguments,
    /// Policy or a person said no.
    Denied,
    /// The tool itself broke.
    Broken,
}

/// A passage that retrieval found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundPassage {
    /// The document it stands in.
    pub source: String,
    /// First character in the document (Unicode code points).
    pub start: usize,
    /// Past-the-end character.
    pub end: usize,
    /// Relevance; only comparable within one search.
    pub score: f64,
    /// The text, kept for those that the model was shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// The tokens that one segment of the context took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentUse {
    /// The segment: `system`, `rules`, `tools`, `examples`, `knowledge`, `history`, `tool_results`, `user`.
    pub name: String,
    /// Tokens it took.
    pub tokens: u64,
    /// Tokens that were cut to keep its budget.
    pub dropped: u64,
}

impl Trace {
    /// What all model calls cost together.
    pub fn cost(&self) -> Cost {
        let responses = self.chats().filter_map(|(_, response)| response);
        responses.fold(Cost::ZERO, |sum, response| sum + response.cost)
    }

    /// Tokens of all model calls together.
    pub fn usage(&self) -> Usage {
        self.cost().usage
    }

    /// Model calls, in order.
    pub fn chats(&self) -> impl Iterator<Item = (&ChatRequest, Option<&ChatResponse>)> {
        self.spans.iter().filter_map(|span| match &span.detail {
            SpanDetail::Chat { request, response, .. } => Some((request.as_ref(), response.as_deref())),
            _ => None,
        })
    }

    /// Tool calls, in order, with how each went.
    pub fn tool_calls(&self) -> impl Iterator<Item = ToolUse<'_>> {
        self.spans.iter().filter_map(|span| match &span.detail {
            SpanDetail::Tool { call, arguments, result, status } => {
                Some(ToolUse { span: span.id, call, arguments: arguments.as_ref(), result, status: *status })
            }
            _ => None,
        })
    }

    /// The turns of a conversation, in order: what the user said, and what the agent answered. None when there was only one.
    pub fn turns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.spans.iter().filter_map(|span| match &span.detail {
            SpanDetail::Turn { said, answered } => Some((said.as_str(), answered.as_str())),
            _ => None,
        })
    }

    /// Searches, in order: the passages found, and how many of them were shown.
    pub fn retrievals(&self) -> impl Iterator<Item = (&str, &[FoundPassage], usize)> {
        self.spans.iter().filter_map(|span| match &span.detail {
            SpanDetail::Retrieval { query, passages, shown } => Some((query.as_str(), passages.as_slice(), *shown)),
            _ => None,
        })
    }

    /// How long the run took, in nanoseconds.
    pub fn duration_ns(&self) -> u64 {
        self.spans.first().map_or(0, |span| span.end_ns.saturating_sub(span.start_ns))
    }
}

/// A tool call of a trace.
#[derive(Debug, Clone, Copy)]
pub struct ToolUse<'a> {
    /// The span it was recorded in.
    pub span: u32,
    /// The call as the model wrote it.
    pub call: &'a ToolCall,
    /// The arguments after validation.
    pub arguments: Option<&'a Value>,
    /// What the model was told.
    pub result: &'a str,
    /// How it went.
    pub status: ToolStatus,
}

impl Span {
    /// The name that OpenTelemetry gives such a span.
    pub fn name(&self) -> String {
        match &self.detail {
            SpanDetail::Agent { agent, .. } => format!("invoke_agent {agent}"),
            SpanDetail::Turn { .. } => "invoke_agent turn".to_owned(),
            SpanDetail::Retrieval { .. } => "retrieval knowledge".to_owned(),
            SpanDetail::Chat { request, .. } => format!("chat {}", request.model),
            SpanDetail::Tool { call, .. } => format!("execute_tool {}", call.name),
        }
    }

    /// The span's attributes under the names of the OpenTelemetry GenAI semantic conventions (v1.41, "development").
    pub fn attributes(&self) -> BTreeMap<&'static str, Value> {
        let mut out = BTreeMap::new();
        match &self.detail {
            SpanDetail::Agent { agent, variant } => {
                out.insert("gen_ai.operation.name", json!("invoke_agent"));
                out.insert("gen_ai.agent.name", json!(agent));
                out.insert("gen_ai.agent.version", json!(variant.to_string()));
            }
            SpanDetail::Turn { said, answered } => {
                out.insert("gen_ai.operation.name", json!("invoke_agent"));
                out.insert("gen_ai.input.messages", json!([Message::text(Role::User, said.as_str())]));
                out.insert("gen_ai.output.messages", json!([Message::text(Role::Assistant, answered.as_str())]));
            }
            SpanDetail::Retrieval { query, passages, .. } => {
                out.insert("gen_ai.operation.name", json!("retrieval"));
                out.insert("gen_ai.retrieval.query.text", json!(query));
                out.insert("gen_ai.retrieval.documents", json!(passages));
            }
            SpanDetail::Chat { request, response, .. } => {
                out.insert("gen_ai.operation.name", json!("chat"));
                out.insert("gen_ai.request.model", json!(request.model));
                out.insert("gen_ai.input.messages", json!(request.messages));
                if let Some(response) = response {
                    let usage = response.cost.usage;
                    out.insert("gen_ai.response.id", json!(response.id));
                    out.insert("gen_ai.response.model", json!(response.model));
                    out.insert("gen_ai.output.messages", json!([response.message]));
                    out.insert("gen_ai.usage.input_tokens", json!(usage.input()));
                    out.insert("gen_ai.usage.output_tokens", json!(usage.output()));
                    out.insert("gen_ai.usage.cache_read.input_tokens", json!(usage.cached()));
                    out.insert("gen_ai.usage.reasoning.output_tokens", json!(usage.reasoning()));
                }
            }
            SpanDetail::Tool { call, arguments, result, .. } => {
                out.insert("gen_ai.operation.name", json!("execute_tool"));
                out.insert("gen_ai.tool.name", json!(call.name));
                out.insert("gen_ai.tool.call.id", json!(call.id));
                out.insert("gen_ai.tool.call.arguments", arguments.clone().unwrap_or(json!(call.arguments)));
                out.insert("gen_ai.tool.call.result", json!(result));
            }
        }
        if let Some(error) = &self.error {
            out.insert("error.type", json!(error));
        }
        out
    }
}
