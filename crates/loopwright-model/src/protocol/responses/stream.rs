//! Streamed answers. Pieces go to whoever listens; the answer itself is that of the last event.

use std::collections::BTreeMap;

use loopwright_core::{Delta, DeltaSink, ModelError};
use serde_json::Value;

use super::response::of_value;
use crate::http::protocol;
use crate::protocol::{Answer, Assembly};
use crate::{SseEvent, fault};

/// Items of one answer that are kept.
const MOST_ITEMS: usize = 1024;

/// The answer as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The place among the calls, by the place among the output's items.
    calls: BTreeMap<u64, usize>,
    items: Vec<Value>,
    last: Option<Value>,
}

impl Assembly for Stream {
    fn take(&mut self, event: &SseEvent, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        if self.is_whole() || event.data.is_empty() || event.data.trim() == "[DONE]" {
            return Ok(());
        }
        let mut data: Value = serde_json::from_str(&event.data)
            .map_err(|error| protocol(format!("a piece of the stream is not as the protocol says: {error}")))?;
        let delta = data["delta"].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        match (data["type"].as_str().unwrap_or_default(), delta) {
            ("response.output_text.delta" | "response.refusal.delta", Some(text)) => sink.delta(Delta::Text(text)),
            ("response.reasoning_summary_text.delta" | "response.reasoning_text.delta", Some(text)) => {
                sink.delta(Delta::Reasoning(text));
            }
            ("response.function_call_arguments.delta", Some(arguments)) => self.grow_call(&data, arguments, sink)?,
            ("response.output_item.added", _) => self.begin_item(&data, sink),
            ("response.output_item.done", _) if self.items.len() < MOST_ITEMS => self.items.push(data["item"].take()),
            ("response.completed" | "response.incomplete" | "response.failed", _) => {
                self.last = Some(data["response"].take());
            }
            ("error", _) => return Err(stream_error(&data)),
            _ => {}
        }
        Ok(())
    }

    fn is_whole(&self) -> bool {
        self.last.is_some()
    }

    fn finish(self: Box<Self>) -> Result<Answer, ModelError> {
        let last = self.last.ok_or_else(|| protocol("the stream ended before the answer did"))?;
        of_value(last, self.items)
    }
}

impl Stream {
    fn begin_item(&mut self, data: &Value, sink: &mut dyn DeltaSink) {
        let item = &data["item"];
        if item["type"] != "function_call" {
            return;
        }
        let index = self.calls.len();
        self.calls.insert(data["output_index"].as_u64().unwrap_or_default(), index);
        let text = |field: &str| item[field].as_str().map(str::to_owned);
        let arguments = text("arguments").unwrap_or_default();
        sink.delta(Delta::ToolCall { index, id: text("call_id"), name: text("name"), arguments });
    }

    fn grow_call(&self, data: &Value, arguments: String, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        let place = data["output_index"].as_u64().unwrap_or_default();
        let index = self.calls.get(&place);
        let index =
            *index.ok_or_else(|| protocol(format!("the stream goes on with call {place}, which has not begun")))?;
        sink.delta(Delta::ToolCall { index, id: None, name: None, arguments });
        Ok(())
    }
}

/// The event is the error itself; some servers put it in a field.
fn stream_error(data: &Value) -> ModelError {
    let inner = &data["error"];
    if inner.is_object() {
        return fault::of_object(inner, None, None);
    }
    // The type is `error` and says nothing.
    let bare = serde_json::json!({ "code": data["code"], "message": data["message"] });
    fault::of_object(&bare, None, None)
}
