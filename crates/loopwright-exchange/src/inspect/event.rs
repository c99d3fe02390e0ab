//! The events of a sample that become steps: calls of models and tools.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::message::{Said, ToolFault};

#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event {
    SpanBegin {
        id: String,
        #[serde(default)]
        parent_id: Option<String>,
        #[serde(rename = "type", default)]
        kind: Option<String>,
    },
    /// Before there were spans: the begin or the end of a part of the work.
    Step {
        action: String,
        #[serde(rename = "type", default)]
        kind: Option<String>,
    },
    Model(Box<ModelEvent>),
    Tool(Box<ToolEvent>),
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub(super) struct ModelEvent {
    #[serde(default)]
    span_id: Option<String>,
    #[serde(default)]
    pub(super) timestamp: String,
    #[serde(default)]
    pub(super) completed: Option<String>,
    pub(super) model: String,
    #[serde(default)]
    pub(super) input: Vec<Said>,
    /// Where the input stands in the sample's pool of messages, as ranges.
    #[serde(default)]
    pub(super) input_refs: Option<Vec<(usize, usize)>>,
    #[serde(default)]
    pub(super) tools: Vec<Value>,
    #[serde(default)]
    pub(super) tool_choice: Value,
    #[serde(default)]
    pub(super) config: Config,
    #[serde(default)]
    pub(super) output: Output,
    #[serde(default)]
    pub(super) retries: Option<u32>,
    #[serde(default)]
    pub(super) error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Config {
    #[serde(default)]
    pub(super) temperature: Option<f64>,
    #[serde(default)]
    pub(super) max_tokens: Option<u64>,
}

/// What a model answered.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Output {
    #[serde(default)]
    pub(super) model: String,
    #[serde(default)]
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    pub(super) usage: Option<TokenUsage>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    pub(super) message: Said,
    #[serde(default)]
    pub(super) stop_reason: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct TokenUsage {
    #[serde(default)]
    pub(super) input_tokens: u64,
    #[serde(default)]
    pub(super) output_tokens: u64,
    #[serde(default)]
    pub(super) total_tokens: u64,
    #[serde(default)]
    pub(super) input_tokens_cache_read: Option<u64>,
    #[serde(default)]
    pub(super) input_tokens_cache_write: Option<u64>,
    #[serde(default)]
    pub(super) reasoning_tokens: Option<u64>,
    /// US dollars.
    #[serde(default)]
    pub(super) total_cost: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ToolEvent {
    #[serde(default)]
    pub(super) timestamp: String,
    #[serde(default)]
    pub(super) completed: Option<String>,
    #[serde(default)]
    pub(super) id: String,
    pub(super) function: String,
    #[serde(default)]
    pub(super) arguments: Value,
    #[serde(default)]
    pub(super) result: Value,
    #[serde(default)]
    pub(super) error: Option<ToolFault>,
    /// Before there were spans: what went on within the call.
    #[serde(default)]
    pub(super) events: Vec<Event>,
}

/// The calls among `events` that the agent made, in order. Models that scorers ask are no part of it.
pub(super) fn agent_calls(events: Vec<Event>) -> Vec<Event> {
    let mut scoring = BTreeSet::new();
    let mut scoring_steps = 0_usize;
    let mut calls = vec![];
    for event in events {
        match event {
            Event::SpanBegin { id, parent_id, kind } => {
                let within = parent_id.is_some_and(|parent| scoring.contains(&parent));
                if within || matches!(kind.as_deref(), Some("scorers" | "scorer")) {
                    scoring.insert(id);
                }
            }
            Event::Step { action, kind: Some(kind) } if kind == "scorer" => {
                scoring_steps = if action == "begin" { scoring_steps + 1 } else { scoring_steps.saturating_sub(1) };
            }
            Event::Model(model) => {
                let within = model.span_id.as_ref().is_some_and(|span| scoring.contains(span));
                if !within && scoring_steps == 0 {
                    calls.push(Event::Model(model));
                }
            }
            Event::Tool(mut tool) => {
                let inner = std::mem::take(&mut tool.events);
                calls.push(Event::Tool(tool));
                calls.extend(agent_calls(inner));
            }
            Event::Step { .. } | Event::Other => {}
        }
    }
    calls
}
