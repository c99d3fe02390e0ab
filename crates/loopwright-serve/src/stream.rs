//! A streamed answer: what is told, written as a script has it.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::protocol::Script;
use crate::refusal::Refusal;
use crate::telling::{End, Told};

/// The body of the answer: `first`, then what is told until the end.
pub(crate) fn body(mut script: Box<dyn Script>, first: Told, rest: UnboundedReceiver<Told>) -> Body {
    let opening = script.opening();
    let begun = (script, Some((Some(first), rest)), opening);
    Body::from_stream(stream::unfold(begun, |(mut script, left, before)| async move {
        let (first, mut rest) = left?;
        let told = match first {
            Some(told) => Some(told),
            None => rest.recv().await,
        };
        let events = before + &events(script.as_mut(), told.as_ref());
        let left = matches!(told, Some(Told::Delta(_))).then_some((None, rest));
        Some((Ok::<_, Infallible>(Bytes::from(events)), (script, left, String::new())))
    }))
}

/// The events for what was told; `None` when it broke off.
fn events(script: &mut dyn Script, told: Option<&Told>) -> String {
    match told {
        Some(Told::Delta(delta)) => script.delta(delta),
        Some(Told::End(end)) => self::end(script, end),
        None => script.failure(&Refusal::cut_off()),
    }
}

fn end(script: &mut dyn Script, end: &End) -> String {
    match &end.result {
        Ok(answer) => script.closing(answer, &end.cost),
        Err(refusal) => script.failure(refusal),
    }
}
