//! Answers that came whole, for a sink that listens for pieces.

use loopwright_core::{Delta, DeltaSink, Message, Part, ToolCall};

/// Shows `message` to `sink`, if there is one that wants to see it.
pub(crate) fn announce(message: &Message, sink: Option<&mut (dyn DeltaSink + '_)>) {
    let Some(sink) = sink.filter(|sink| sink.wants_pieces()) else { return };
    for part in &message.content {
        match part {
            Part::Text { text } => sink.delta(Delta::Text(text.clone())),
            Part::Reasoning { text } => sink.delta(Delta::Reasoning(text.clone())),
            _ => {}
        }
    }
    for (index, call) in message.tool_calls.iter().enumerate() {
        let ToolCall { id, name, arguments } = call.clone();
        sink.delta(Delta::ToolCall { index, id: Some(id), name: Some(name), arguments });
    }
}
