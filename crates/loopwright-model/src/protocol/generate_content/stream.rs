//! Streamed answers: each event is an answer with the next parts.

use loopwright_core::{DeltaSink, ModelError};

use super::response::Growing;
use crate::SseEvent;
use crate::protocol::{Answer, Assembly};

/// The answer as far as it has come. The protocol has no mark for its end, so the stream is read until it closes.
#[derive(Debug, Default)]
pub(super) struct Stream {
    growing: Growing,
}

impl Assembly for Stream {
    fn take(&mut self, event: &SseEvent, sink: &mut dyn DeltaSink) -> Result<(), ModelError> {
        if event.data.is_empty() { Ok(()) } else { self.growing.take(event.data.as_bytes(), sink) }
    }

    fn is_whole(&self) -> bool {
        false
    }

    fn finish(self: Box<Self>) -> Result<Answer, ModelError> {
        self.growing.finish()
    }
}
