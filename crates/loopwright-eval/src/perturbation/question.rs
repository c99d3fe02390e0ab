//! The texts of the last user message, which is where a question stands.

use loopwright_core::{Input, Part, Role};

/// The text parts of the last user message, in order; none when there is no such message, or it holds no text.
pub(super) fn texts(input: &mut Input) -> Vec<&mut String> {
    let last = input.messages.iter_mut().rev().find(|message| message.role == Role::User);
    let parts = last.into_iter().flat_map(|message| &mut message.content);
    let texts = parts.filter_map(|part| match part {
        Part::Text { text } if !text.trim().is_empty() => Some(text),
        _ => None,
    });
    texts.collect()
}
