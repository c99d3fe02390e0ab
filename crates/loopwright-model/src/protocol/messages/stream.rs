//! Streamed answers: blocks begin, grow and end by their index.

use std::collections::BTreeMap;

use loopwright_core::{DeltaSink, FinishReason, ModelError};
use serde_json::{Value, json};

use super::response::{WireMessage, WireUsage, form_finish, is_form};
use super::{NAME, finish_reason};
use crate::http::protocol;
use crate::protocol::answer::CallPiece;
use crate::protocol::{Answer, Assembly, Draft};
use crate::{SseEvent, fault};

/// The answer as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Stream {
    draft: Draft,
    usage: Option<WireUsage>,
    open: BTreeMap<u64, Block>,
    finish: Option<FinishReason>,
    is_form: bool,
    is_done: bool,
}

/// A block that has begun.
#[derive(Debug)]
enum Block {
    /// Text, or what is passed over.
    Text,
    /// The answer in the form of a JSON object.
    Form,
    /// A call, by its place among the calls, and whether any of its arguments came.
    Call { index: usize, is_filled: bool },
    /// A thought with its signature, as it will be sent back.
    Thought(Value),
}

impl Assembly for Stream {
    fn take(&mut self, event: &SseEvent, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        if event.data.is_empty() || self.is_done {
            return Ok(());
        }
        let mut data: Value = serde_json::from_str(&event.data)
            .map_err(|error| protocol(format!("a piece of the stream is not as the protocol says: {error}")))?;
        let index = data["index"].as_u64().unwrap_or_default();
        match data["type"].as_str().unwrap_or_default() {
            "message_start" => self.begin(data["message"].take()),
            "content_block_start" => self.open_block(index, data["content_block"].take(), sink),
            "content_block_delta" => self.grow_block(index, &data["delta"], sink),
            "content_block_stop" => self.close_block(index, sink),
            "message_delta" => self.end(&mut data),
            "message_stop" => {
                self.is_done = true;
                Ok(())
            }
            "error" => Err(fault::of_object(&data["error"], None, None)),
            _ => Ok(()),
        }
    }

    fn is_whole(&self) -> bool {
        self.is_done
    }

    fn finish(mut self: Box<Self>) -> Result<Answer, ModelError> {
        let finish = self.finish.ok_or_else(|| protocol("the stream ended without a stop reason"))?;
        if !self.is_done || !self.open.is_empty() {
            return Err(protocol("the stream ended before the message did"));
        }
        self.draft.usage = self.usage.map(|usage| usage.tokens());
        self.draft.finish(if self.is_form { form_finish(finish) } else { finish })
    }
}

impl Stream {
    fn begin(&mut self, message: Value) -> Result<(), ModelError> {
        let message: WireMessage = serde_json::from_value(message)
            .map_err(|error| protocol(format!("the stream does not begin as the protocol says: {error}")))?;
        self.draft.id = message.id.unwrap_or_default();
        self.draft.model = message.model.unwrap_or_default();
        self.usage = message.usage;
        Ok(())
    }

    fn open_block(&mut self, index: u64, block: Value, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        let text = |field: &str| block[field].as_str().map(str::to_owned);
        let begun = match text("type").unwrap_or_default().as_str() {
            "tool_use" if is_form(&block) => {
                self.is_form = true;
                Block::Form
            }
            "tool_use" => {
                let piece = CallPiece { id: text("id"), name: text("name"), arguments: String::new() };
                let index = self.draft.calls();
                self.draft.grow_call(index, piece, sink)?;
                Block::Call { index, is_filled: false }
            }
            "thinking" | "redacted_thinking" => {
                self.draft.reason(&text("thinking").unwrap_or_default(), sink);
                Block::Thought(block)
            }
            _ => {
                self.draft.say(&text("text").unwrap_or_default(), sink);
                Block::Text
            }
        };
        self.open.insert(index, begun);
        Ok(())
    }

    fn grow_block(&mut self, index: u64, delta: &Value, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        let text = |field: &str| delta[field].as_str().unwrap_or_default();
        let block = self.open.get_mut(&index);
        let block =
            block.ok_or_else(|| protocol(format!("the stream goes on with block {index}, which has not begun")))?;
        match (block, text("type")) {
            (Block::Text, "text_delta") => self.draft.say(text("text"), sink),
            (Block::Form, "input_json_delta") => self.draft.say(text("partial_json"), sink),
            (Block::Call { index, is_filled }, "input_json_delta") => {
                let arguments = text("partial_json").to_owned();
                *is_filled |= !arguments.is_empty();
                self.draft.grow_call(*index, CallPiece { arguments, ..CallPiece::default() }, sink)?;
            }
            (Block::Thought(thought), "thinking_delta") => {
                let whole = format!("{}{}", thought["thinking"].as_str().unwrap_or_default(), text("thinking"));
                thought["thinking"] = json!(whole);
                self.draft.reason(text("thinking"), sink);
            }
            (Block::Thought(thought), "signature_delta") => thought["signature"] = json!(text("signature")),
            _ => {}
        }
        Ok(())
    }

    fn close_block(&mut self, index: u64, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        match self.open.remove(&index) {
            Some(Block::Thought(thought)) => self.draft.keep(NAME, thought),
            // A call without arguments streams none.
            Some(Block::Call { index, is_filled: false }) => {
                let piece = CallPiece { arguments: "{}".to_owned(), ..CallPiece::default() };
                self.draft.grow_call(index, piece, sink)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, data: &mut Value) -> Result<(), ModelError> {
        if let Some(stop) = data["delta"]["stop_reason"].as_str() {
            self.finish = Some(finish_reason(stop));
        }
        let usage: Option<WireUsage> = serde_json::from_value(data["usage"].take())
            .map_err(|error| protocol(format!("the stream's usage is not as the protocol says: {error}")))?;
        self.usage = match (self.usage, usage) {
            (Some(before), Some(later)) => Some(before.updated(later)),
            (before, later) => later.or(before),
        };
        Ok(())
    }
}
