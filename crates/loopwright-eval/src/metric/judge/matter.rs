//! The matter of a judge: what it is shown of a trial, as one text of blocks.

use loopwright_core::{Outcome, SpanDetail};
use serde::Deserialize;

use super::super::Judged;

/// What a judge may be shown beside the question and the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sight {
    /// The passages that the agent was shown.
    Passages,
    /// The tool calls that it made, and what it was told.
    Calls,
}

/// The blocks of a judging request. The answer is the last, for it may hold anything.
pub(super) struct Matter<'a> {
    judged: &'a Judged<'a>,
    blocks: Vec<(&'static str, String)>,
}

impl<'a> Matter<'a> {
    /// What happened in the trial, as far as it is in `sight`.
    pub(super) fn new(judged: &'a Judged<'a>, sight: &[Sight]) -> Self {
        let block = |sight: &Sight| match sight {
            Sight::Passages => ("Passages:", passages(judged)),
            Sight::Calls => ("Calls:", calls(judged)),
        };
        Self { judged, blocks: sight.iter().map(block).collect() }
    }

    /// With `text` under `name`, after what is there.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.blocks.push((name, text.into()));
        self
    }

    /// With what the agent was asked.
    #[must_use]
    pub(super) fn with_question(self) -> Self {
        let question = self.judged.case.input.question();
        self.with("Question:", question)
    }

    /// The text, two answers at its end.
    pub(super) fn pair(self, one: &str, two: &str) -> String {
        joined(&self.with("Answer 1:", one).with("Answer 2:", two).blocks)
    }

    /// The text, the agent's answer at its end.
    pub(super) fn text(self) -> String {
        let answer = self.judged.trial.trace.outcome.text().to_owned();
        joined(&self.with("Answer:", answer).blocks)
    }
}

fn joined(blocks: &[(&str, String)]) -> String {
    blocks.iter().map(|(name, text)| format!("{name} {text}")).collect::<Vec<_>>().join("\n\n")
}

/// What the agent said, to judge; `None` when it failed or said nothing, which no judge need be asked about.
pub(super) fn answer<'a>(judged: &Judged<'a>) -> Option<&'a str> {
    match &judged.trial.trace.outcome {
        Outcome::Failed { .. } => None,
        outcome => Some(outcome.text()).filter(|text| !text.trim().is_empty()),
    }
}

fn passages(judged: &Judged<'_>) -> String {
    let shown = judged.trial.trace.retrievals().flat_map(|(_, passages, shown)| passages.iter().take(shown));
    listed(shown.map(|passage| format!("{}: {}", passage.source, passage.text)))
}

fn calls(judged: &Judged<'_>) -> String {
    let calls = judged.trial.trace.spans.iter().filter_map(|span| match &span.detail {
        SpanDetail::Tool { call, result, .. } => Some(format!("{}({}) gave {result}", call.name, call.arguments)),
        _ => None,
    });
    listed(calls)
}

fn listed(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.map(|line| format!("\n- {line}")).collect();
    if lines.is_empty() { "none".to_owned() } else { lines.concat() }
}
