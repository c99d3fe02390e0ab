//! Passes a model's answer on while it grows.

use loopwright_core::{ChatResponse, Delta, DeltaSink};
use tokio::sync::mpsc::UnboundedSender;

use crate::refusal::Refusal;
use crate::telling::{Answer, End, Told};

/// Passes pieces on as they come. The channel has no bound of its own: an answer has one, that of the model.
pub(crate) struct Relay {
    to: UnboundedSender<Told>,
    wants_pieces: bool,
    restarts: u32,
    /// The words that were told.
    text: String,
    /// Whether a call was told.
    has_calls: bool,
    /// Whether what was told came from an attempt that has been given up.
    is_void: bool,
}

impl Relay {
    pub(crate) fn new(to: UnboundedSender<Told>, wants_pieces: bool) -> Self {
        Self { to, wants_pieces, restarts: 0, text: String::new(), has_calls: false, is_void: false }
    }

    /// How often the model was asked, at least 1.
    pub(crate) fn attempts(&self) -> u32 {
        1 + self.restarts
    }

    /// The answer that `response` is, after whatever of it has not been told.
    ///
    /// # Errors
    /// When what was told cannot be gone on with.
    pub(crate) fn rest(&mut self, response: ChatResponse) -> Result<Answer, Refusal> {
        let ChatResponse { message, finish, .. } = response;
        let answer = Answer { text: message.plain_text(), calls: message.tool_calls, finish };
        if !self.wants_pieces {
            return Ok(answer);
        }
        let goes_on = !(self.is_void && self.has_calls);
        let rest =
            answer.text.strip_prefix(self.text.as_str()).filter(|_| goes_on).ok_or_else(Refusal::started_over)?;
        if !rest.is_empty() {
            self.tell(Told::Delta(Delta::Text(rest.to_owned())));
        }
        if !self.has_calls {
            for (index, call) in answer.calls.iter().enumerate() {
                let (id, name) = (Some(call.id.clone()), Some(call.name.clone()));
                self.tell(Told::Delta(Delta::ToolCall { index, id, name, arguments: call.arguments.clone() }));
            }
        }
        Ok(answer)
    }

    /// Tells how the call ended.
    pub(crate) fn end(self, end: End) {
        self.tell(Told::End(Box::new(end)));
    }

    /// Nobody may be waiting any more; the call is recorded all the same.
    fn tell(&self, told: Told) {
        let _ = self.to.send(told);
    }
}

impl DeltaSink for Relay {
    fn delta(&mut self, delta: Delta) {
        if self.is_void || !self.wants_pieces {
            return;
        }
        match &delta {
            Delta::Text(text) => self.text.push_str(text),
            Delta::ToolCall { .. } => self.has_calls = true,
            _ => {}
        }
        self.tell(Told::Delta(delta));
    }

    /// What was told cannot be taken back. So no more is told until the end, which goes on with it where it can.
    fn restart(&mut self) {
        self.restarts += 1;
        self.is_void = self.has_calls || !self.text.is_empty();
    }

    fn wants_pieces(&self) -> bool {
        self.wants_pieces
    }
}
