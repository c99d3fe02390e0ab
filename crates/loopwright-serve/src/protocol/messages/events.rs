//! The events of a streamed message.
//!
//! `message_start`, `ping`, for each block `content_block_start`, `content_block_delta`, `content_block_stop`, then
//! `message_delta` with the reason of the end and the usage, and `message_stop`.

use loopwright_core::{Cost, Delta, Usage};
use serde_json::{Value, json};

use super::{error, message, stop_reason, usage_report};
use crate::protocol::{Head, Script, event};
use crate::refusal::Refusal;
use crate::telling::Answer;

/// The events of a stream.
pub(in crate::protocol) struct Events {
    head: Head,
    /// Blocks that have begun.
    begun: usize,
    /// What the block that is open holds.
    open: Option<Block>,
}

#[derive(Clone, Copy, PartialEq)]
enum Block {
    Text,
    /// The call with this number.
    Call(usize),
}

impl Events {
    pub(in crate::protocol) fn new(head: Head) -> Self {
        Self { head, begun: 0, open: None }
    }

    /// Opens a block that holds `block`, begun as `content`, unless it is open; the one before is closed.
    fn block(&mut self, block: Block, content: &Value) -> String {
        if self.open == Some(block) {
            return String::new();
        }
        let closed = self.close_block();
        self.open = Some(block);
        let start = json!({ "type": "content_block_start", "index": self.begun, "content_block": content });
        self.begun += 1;
        closed + &event("content_block_start", &start)
    }

    fn close_block(&mut self) -> String {
        match self.open.take() {
            None => String::new(),
            Some(_) => event("content_block_stop", &json!({ "type": "content_block_stop", "index": self.begun - 1 })),
        }
    }

    fn block_delta(&self, delta: &Value) -> String {
        let index = self.begun.saturating_sub(1);
        event("content_block_delta", &json!({ "type": "content_block_delta", "index": index, "delta": delta }))
    }
}

impl Script for Events {
    /// What is read is not known yet; the usage at the end has it.
    fn opening(&mut self) -> String {
        let start = json!({ "type": "message_start", "message": message(&self.head, Usage::default()) });
        event("message_start", &start) + &event("ping", &json!({ "type": "ping" }))
    }

    fn delta(&mut self, delta: &Delta) -> String {
        match delta {
            Delta::Text(text) => {
                self.block(Block::Text, &json!({ "type": "text", "text": "" }))
                    + &self.block_delta(&json!({ "type": "text_delta", "text": text }))
            }
            Delta::ToolCall { index, id, name, arguments } => {
                let begun = json!({ "type": "tool_use", "id": id, "name": name, "input": {} });
                let block = self.block(Block::Call(*index), &begun);
                match arguments.is_empty() {
                    true => block,
                    false => {
                        let delta = json!({ "type": "input_json_delta", "partial_json": arguments });
                        block + &self.block_delta(&delta)
                    }
                }
            }
            // A block of reasoning carries its provider's signature, which is not to be had here.
            _ => String::new(),
        }
    }

    fn closing(&mut self, answer: &Answer, cost: &Cost) -> String {
        let stop = json!({ "stop_reason": stop_reason(&answer.finish), "stop_sequence": null });
        let end = json!({ "type": "message_delta", "delta": stop, "usage": usage_report(cost.usage) });
        self.close_block() + &event("message_delta", &end) + &event("message_stop", &json!({ "type": "message_stop" }))
    }

    fn failure(&mut self, refusal: &Refusal) -> String {
        event("error", &error(refusal, None))
    }
}
