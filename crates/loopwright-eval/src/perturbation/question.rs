//! The texts of the last user message, which is where a question stands.

use loopwright_core::{Input, Part, Role};

use super::Situation;

/// What those kinds need that act on whatever is asked.
pub(super) const NEEDED: &str = "a message of the user";

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

/// The situation with each text of the question as `change` makes it.
pub(super) fn changed(mut situation: Situation, mut change: impl FnMut(&str) -> String) -> Situation {
    for text in texts(&mut situation.input) {
        *text = change(text);
    }
    situation
}

/// The situation with `before` said ahead of the question and `after` behind it; either may be empty. The question
/// itself stays whole.
pub(super) fn framed(mut situation: Situation, before: &str, after: &str) -> Situation {
    let mut texts = texts(&mut situation.input);
    if let Some(first) = texts.first_mut().filter(|_| !before.is_empty()) {
        **first = format!("{before} {first}");
    }
    if let Some(last) = texts.last_mut().filter(|_| !after.is_empty()) {
        **last = followed(last, after);
    }
    situation
}

/// A text that does not end like a sentence is parted by a new line, so that the next sentence does not run into it.
pub(super) fn followed(text: &str, after: &str) -> String {
    let ends = text.trim_end().ends_with(['.', '?', '!', ':', '"', '”', '\'', '’', ')']);
    format!("{text}{}{after}", if ends { ' ' } else { '\n' })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_do_not_run_into_each_other() {
        assert_eq!(followed("cancel it", "Ants walk."), "cancel it\nAnts walk.");
        assert_eq!(followed("cancel it.", "Ants walk."), "cancel it. Ants walk.");
    }

    #[test]
    fn a_frame_leaves_pictures_and_the_question_alone() {
        let mut input = Input::text("What is it?");
        let picture = Part::Image { url: "data:x".into() };
        input.messages[0].content.insert(0, picture.clone());
        input.messages[0].content.push(Part::Text { text: " Tell me.".into() });
        let framed = framed(Situation::plain(input), "Hello.", "Bye.").input;
        let text = |text: &str| Part::Text { text: text.into() };
        assert_eq!(framed.messages[0].content, [picture, text("Hello. What is it?"), text(" Tell me. Bye.")]);
    }

    #[test]
    fn without_a_question_nothing_changes() {
        let mut input = Input::text("x");
        input.messages.clear();
        let situation = Situation::plain(input);
        assert_eq!(framed(situation.clone(), "a", "b"), situation);
    }
}
