//! What the task of a request tells whoever waits for its answer.

use loopwright_core::{Cost, Delta, DeltaSink, FinishReason, ToolCall};
use tokio::sync::mpsc::UnboundedSender;

use crate::refusal::Refusal;

/// One thing that is told. The last is always an end; where there is none the task was cut off.
#[derive(Debug)]
pub(crate) enum Told {
    /// More of the answer.
    Delta(Delta),
    /// The run is over.
    End(Box<End>),
}

/// How a run ended, for its caller.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) result: Result<Answer, Refusal>,
    /// What all its model calls cost.
    pub(crate) cost: Cost,
    /// How often the model was asked for the call that took the most attempts, at least 1.
    pub(crate) attempts: u32,
    /// What a user should know about the answer; empty when all went well.
    pub(crate) status: Vec<&'static str>,
}

/// An answer, whatever the protocol.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    /// Calls of the caller's own tools.
    pub(crate) calls: Vec<ToolCall>,
    pub(crate) finish: FinishReason,
}

/// Tells an answer while it grows. The channel has no bound of its own: an answer has one, that of the agent.
///
/// What the agent says before it calls a tool is told as well, as nobody knows yet that more will come; a blank line
/// follows. The last step's words are the answer.
pub(crate) struct Teller {
    to: UnboundedSender<Told>,
    /// What was told of this step.
    step: String,
    /// Whether it came from an attempt that has been given up.
    is_void: bool,
}

impl Teller {
    pub(crate) fn new(to: UnboundedSender<Told>) -> Self {
        Self { to, step: String::new(), is_void: false }
    }

    /// Tells how the run ended, after whatever of the answer has not been told.
    pub(crate) fn end(self, mut end: End) {
        if let Ok(answer) = &end.result {
            match self.rest(&answer.text) {
                Some(rest) => self.piece(rest.to_owned()),
                None => end.result = Err(Refusal::started_over()),
            }
        }
        let _ = self.to.send(Told::End(Box::new(end)));
    }

    /// What is missing of `answer`; `None` when what was told cannot be gone on with.
    fn rest<'a>(&self, answer: &'a str) -> Option<&'a str> {
        if !self.is_void && self.step.ends_with(answer) { Some("") } else { answer.strip_prefix(self.step.as_str()) }
    }

    fn piece(&self, text: String) {
        if !text.is_empty() {
            // Nobody may be waiting any more; the run is recorded all the same.
            let _ = self.to.send(Told::Delta(Delta::Text(text)));
        }
    }
}

impl DeltaSink for Teller {
    fn delta(&mut self, delta: Delta) {
        match delta {
            Delta::Text(text) if !self.is_void => {
                self.step.push_str(&text);
                self.piece(text);
            }
            Delta::ToolCall { .. } if !self.is_void && !self.step.is_empty() => {
                self.step.clear();
                self.piece("\n\n".to_owned());
            }
            _ => {}
        }
    }

    /// What was told cannot be taken back. So no more is told until the end, which goes on with it where it can.
    fn restart(&mut self) {
        self.is_void = !self.step.is_empty();
    }

    fn can_restart(&self) -> bool {
        self.step.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;

    /// What is told when the model says `pieces`, where `None` starts over and a word in brackets is a call.
    fn told(pieces: &[Option<&str>], answer: &str) -> (String, bool) {
        let (to, mut from) = mpsc::unbounded_channel();
        let mut teller = Teller::new(to);
        for piece in pieces {
            match piece {
                None => teller.restart(),
                Some("[call]") => {
                    let (id, name, arguments) = (None, None, String::new());
                    teller.delta(Delta::ToolCall { index: 0, id, name, arguments });
                }
                Some(text) => teller.delta(Delta::Text((*text).to_owned())),
            }
        }
        let answer = Answer { text: answer.to_owned(), calls: vec![], finish: FinishReason::Stop };
        teller.end(End { result: Ok(answer), cost: Cost::ZERO, attempts: 1, status: vec![] });
        let mut text = String::new();
        loop {
            match from.try_recv().unwrap() {
                Told::Delta(Delta::Text(piece)) => text.push_str(&piece),
                Told::Delta(other) => panic!("{other:?}"),
                Told::End(end) => return (text, end.result.is_ok()),
            }
        }
    }

    fn whole(text: &str) -> (String, bool) {
        (text.to_owned(), true)
    }

    #[test]
    fn the_whole_answer_is_told_once() {
        assert_eq!(told(&[Some("It is "), Some("lost.")], "It is lost."), whole("It is lost."));
        assert_eq!(told(&[], "It is lost."), whole("It is lost."));
        assert_eq!(told(&[Some("Let me see."), Some("[call]"), Some("Lost.")], "Lost."), whole("Let me see.\n\nLost."));
        assert_eq!(told(&[Some("[call]"), Some("Lost.")], "Lost."), whole("Lost."));
    }

    #[test]
    fn a_vote_tells_the_words_of_each_step_without_its_calls() {
        assert_eq!(told(&[Some("Let me see."), Some("Lost.")], "Lost."), whole("Let me see.Lost."));
    }

    #[test]
    fn an_attempt_that_starts_over_is_gone_on_with_or_fails() {
        assert_eq!(told(&[None, Some("Lost.")], "Lost."), whole("Lost."));
        assert_eq!(told(&[Some("It is "), None, Some("It is "), Some("lost.")], "It is lost."), whole("It is lost."));
        assert_eq!(told(&[Some("It is "), None, Some("Lost.")], "Lost."), ("It is ".to_owned(), false));
        // The first attempt's words happen to be the end of the answer; they are not its beginning.
        assert_eq!(told(&[Some("lost."), None, Some("It is lost.")], "It is lost."), ("lost.".to_owned(), false));
    }
}
