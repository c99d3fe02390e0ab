//! OpenAI's chat completions.

mod body;
mod completion;

use loopwright_core::{Cost, Delta};
use serde_json::Value;

pub(super) use completion::whole;

use super::{Head, Script, openai_error, openai_finish};
use crate::refusal::Refusal;
use crate::telling::Answer;
use crate::wanted::Wanted;
use completion::ChunkPart;

/// Reads a request.
///
/// # Errors
/// With the path of the first fault.
pub(super) fn read(document: &Value) -> Result<Wanted, Refusal> {
    body::read(document)
}

/// The events of a stream: the role, the pieces, the finish reason, the usage where it was asked for, `[DONE]`.
pub(super) struct Events {
    head: Head,
    reports_usage: bool,
}

impl Events {
    pub(super) fn new(head: Head, reports_usage: bool) -> Self {
        Self { head, reports_usage }
    }

    fn event(&self, part: &ChunkPart<'_>) -> String {
        format!("data: {}\n\n", completion::chunk(&self.head, part, self.reports_usage))
    }
}

impl Script for Events {
    fn opening(&mut self) -> String {
        self.event(&ChunkPart::Role)
    }

    fn delta(&mut self, delta: &Delta) -> String {
        self.event(&ChunkPart::Piece(delta))
    }

    fn closing(&mut self, answer: &Answer, cost: &Cost) -> String {
        let mut events = self.event(&ChunkPart::Finish(openai_finish(&answer.finish)));
        if self.reports_usage {
            events.push_str(&self.event(&ChunkPart::Usage(cost.usage)));
        }
        events + "data: [DONE]\n\n"
    }

    fn failure(&mut self, refusal: &Refusal) -> String {
        format!("data: {}\n\n", openai_error(refusal))
    }
}
