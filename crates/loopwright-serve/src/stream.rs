//! A streamed answer: server-sent events in the order of OpenAI's protocol.
//!
//! The role, the pieces, the finish reason, the usage where it was asked for, `[DONE]`. After a failure there is an
//! event with the error and nothing behind it: no finish reason is made up, and no `[DONE]` says that all is well.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::completion::{ChunkPart, Head};
use crate::refusal::Refusal;
use crate::telling::{End, Told};

/// What is needed to write a stream.
pub(crate) struct Script {
    pub(crate) head: Head,
    /// Whether the caller wants to know what the answer used.
    pub(crate) reports_usage: bool,
}

impl Script {
    /// The body of the answer: `first`, then what is told until the end.
    pub(crate) fn body(self, first: Told, rest: UnboundedReceiver<Told>) -> Body {
        let opening = self.event(&ChunkPart::Role);
        let begun = (self, Some((Some(first), rest)), opening);
        Body::from_stream(stream::unfold(begun, |(script, left, before)| async move {
            let (first, mut rest) = left?;
            let told = match first {
                Some(told) => Some(told),
                None => rest.recv().await,
            };
            let events = before + &script.events(told.as_ref());
            let left = matches!(told, Some(Told::Piece(_))).then_some((None, rest));
            Some((Ok::<_, Infallible>(Bytes::from(events)), (script, left, String::new())))
        }))
    }

    /// The events for what was told; `None` when it broke off.
    fn events(&self, told: Option<&Told>) -> String {
        match told {
            Some(Told::Piece(text)) => self.event(&ChunkPart::Piece(text)),
            Some(Told::End(end)) => self.end(end),
            None => failure(&Refusal::cut_off()),
        }
    }

    fn end(&self, end: &End) -> String {
        let answer = match &end.result {
            Ok(answer) => answer,
            Err(refusal) => return failure(refusal),
        };
        let mut events = self.event(&ChunkPart::Finish(answer.finish));
        if self.reports_usage {
            events.push_str(&self.event(&ChunkPart::Usage(end.cost.usage)));
        }
        events + "data: [DONE]\n\n"
    }

    fn event(&self, part: &ChunkPart<'_>) -> String {
        format!("data: {}\n\n", self.head.chunk(part, self.reports_usage))
    }
}

fn failure(refusal: &Refusal) -> String {
    format!("data: {}\n\n", refusal.body())
}
