//! The events of a streamed response, each with the number of its place.
//!
//! `response.created`, `response.in_progress`; for the words `response.output_item.added`, `response.content_part.added`,
//! `response.output_text.delta`…, `response.output_text.done`, `response.content_part.done`, `response.output_item.done`;
//! for a call `response.output_item.added`, `response.function_call_arguments.delta`…, `….done`,
//! `response.output_item.done`; `response.completed`, or `response.incomplete`, or `response.failed`.

use loopwright_core::{Cost, Delta, ToolCall};
use serde_json::{Value, json};

use super::{called, ended, item_id, output_text, response, said};
use crate::protocol::{Head, Script, event};
use crate::refusal::Refusal;
use crate::telling::Answer;

/// The events of a stream.
pub(in crate::protocol) struct Events {
    head: Head,
    /// Events that were written.
    number: u64,
    /// Items that have ended.
    done: Vec<Value>,
    open: Option<Item>,
}

/// An item that is being said.
enum Item {
    Words { id: String, text: String },
    Call { id: String, index: usize, call: ToolCall },
}

impl Events {
    pub(in crate::protocol) fn new(head: Head) -> Self {
        Self { head, number: 0, done: vec![], open: None }
    }

    fn event(&mut self, kind: &str, mut data: Value) -> String {
        data["type"] = json!(kind);
        data["sequence_number"] = json!(self.number);
        self.number += 1;
        event(kind, &data)
    }

    fn words(&mut self, text: &str) -> String {
        let mut events = String::new();
        if !matches!(self.open, Some(Item::Words { .. })) {
            events = self.close_item();
            events += &self.open_words();
        }
        let index = self.done.len();
        if let Some(Item::Words { id, text: so_far }) = &mut self.open {
            so_far.push_str(text);
            let delta =
                json!({ "item_id": id, "output_index": index, "content_index": 0, "delta": text, "logprobs": [] });
            events += &self.event("response.output_text.delta", delta);
        }
        events
    }

    fn open_words(&mut self) -> String {
        let index = self.done.len();
        let id = item_id("msg", &self.head, index);
        let item = said(&id, "in_progress", None);
        let added = self.event("response.output_item.added", json!({ "output_index": index, "item": item }));
        let part = json!({ "item_id": id, "output_index": index, "content_index": 0, "part": output_text("") });
        let part = self.event("response.content_part.added", part);
        self.open = Some(Item::Words { id, text: String::new() });
        added + &part
    }

    fn call(&mut self, number: usize, begun: ToolCall) -> String {
        let arguments = begun.arguments.clone();
        let mut events = String::new();
        if !matches!(self.open, Some(Item::Call { index, .. }) if index == number) {
            events = self.close_item();
            events += &self.open_call(number, ToolCall { arguments: String::new(), ..begun });
        }
        let index = self.done.len();
        if let Some(Item::Call { id, call, .. }) = &mut self.open
            && !arguments.is_empty()
        {
            call.arguments.push_str(&arguments);
            let delta = json!({ "item_id": id, "output_index": index, "delta": arguments });
            events += &self.event("response.function_call_arguments.delta", delta);
        }
        events
    }

    fn open_call(&mut self, number: usize, call: ToolCall) -> String {
        let index = self.done.len();
        let id = item_id("fc", &self.head, index);
        let item = called(&id, "in_progress", &call);
        self.open = Some(Item::Call { id, index: number, call });
        self.event("response.output_item.added", json!({ "output_index": index, "item": item }))
    }

    fn close_item(&mut self) -> String {
        let index = self.done.len();
        let (events, item) = match self.open.take() {
            None => return String::new(),
            Some(Item::Words { id, text }) => {
                let place = json!({ "item_id": id, "output_index": index, "content_index": 0 });
                let with = |field: &str, value: Value| {
                    let mut data = place.clone();
                    data[field] = value;
                    data
                };
                let mut done = with("text", json!(text));
                done["logprobs"] = json!([]);
                let events = self.event("response.output_text.done", done)
                    + &self.event("response.content_part.done", with("part", output_text(&text)));
                (events, said(&id, "completed", Some(&text)))
            }
            Some(Item::Call { id, call, .. }) => {
                let done =
                    json!({ "item_id": id, "output_index": index, "name": call.name, "arguments": call.arguments });
                (self.event("response.function_call_arguments.done", done), called(&id, "completed", &call))
            }
        };
        let done = self.event("response.output_item.done", json!({ "output_index": index, "item": item }));
        self.done.push(item);
        events + &done
    }
}

impl Script for Events {
    fn opening(&mut self) -> String {
        let begun = json!({ "response": response(&self.head, "in_progress", vec![]) });
        self.event("response.created", begun.clone()) + &self.event("response.in_progress", begun)
    }

    fn delta(&mut self, delta: &Delta) -> String {
        match delta {
            Delta::Text(text) => self.words(text),
            Delta::ToolCall { index, id, name, arguments } => {
                let (id, name) = (id.clone().unwrap_or_default(), name.clone().unwrap_or_default());
                self.call(*index, ToolCall { id, name, arguments: arguments.clone() })
            }
            // An item of reasoning is encrypted by its provider, and is not to be had here.
            _ => String::new(),
        }
    }

    fn closing(&mut self, answer: &Answer, cost: &Cost) -> String {
        let mut events = String::new();
        if self.done.is_empty() && self.open.is_none() {
            // An answer without words and calls is a message that says nothing.
            events = self.open_words();
        }
        events += &self.close_item();
        let ended = ended(&self.head, answer, std::mem::take(&mut self.done), cost.usage);
        let kind = format!("response.{}", ended["status"].as_str().unwrap_or_default());
        events + &self.event(&kind, json!({ "response": ended }))
    }

    fn failure(&mut self, refusal: &Refusal) -> String {
        let mut failed = response(&self.head, "failed", std::mem::take(&mut self.done));
        failed["error"] = json!({ "code": refusal.code, "message": refusal.message });
        self.event("response.failed", json!({ "response": failed }))
    }
}
