//! A conversation: the traces of its turns become the trace of the whole.

use loopwright_core::{Input, Message, Outcome, Role, Seed, Span, SpanDetail, Trace};

/// A case whose user goes on speaking, turn by turn.
///
/// As in production, an agent is given what was said before, and not what it looked up or thought then.
pub(crate) struct Conversation<'a> {
    input: Input,
    then: std::slice::Iter<'a, String>,
    seed: Seed,
    turn: u64,
    whole: Option<Trace>,
}

impl<'a> Conversation<'a> {
    /// Begins with `input`; its turns draw their luck from `seed`, the first from `seed` itself.
    pub(crate) fn new(input: &'a Input, seed: Seed) -> Self {
        let first = Input { then: vec![], ..input.clone() };
        Self { input: first, then: input.then.iter(), seed, turn: 0, whole: None }
    }

    /// What the agent is given in the turn that is due.
    pub(crate) fn input(&self) -> &Input {
        &self.input
    }

    /// The luck of the turn that is due.
    pub(crate) fn seed(&self) -> Seed {
        if self.turn == 0 { self.seed } else { self.seed.derive("turn", &[&self.turn.to_le_bytes()]) }
    }

    /// Takes the trace of the turn that was due; the whole when it was the last one. An agent that did not answer is not
    /// spoken to any more.
    pub(crate) fn took(&mut self, trace: Trace) -> Option<Trace> {
        let answered = match &trace.outcome {
            Outcome::Answered { text } => Some(text.clone()),
            _ => None,
        };
        let (is_first, next) = (self.turn == 0, answered.is_some().then(|| self.then.next()).flatten());
        if is_first && next.is_none() {
            return Some(trace);
        }
        let whole = joined(self.whole.take(), self.input.question(), trace);
        let Some(next) = next else { return Some(whole) };
        self.whole = Some(whole);
        self.turn += 1;
        self.input.messages.push(Message::text(Role::Assistant, answered.unwrap_or_default()));
        self.input.messages.push(Message::text(Role::User, next.as_str()));
        None
    }
}

/// `before` with one more turn, in which the user `said` so.
fn joined(before: Option<Trace>, said: String, turn: Trace) -> Trace {
    let Trace { id, outcome, mut spans } = turn;
    let Some(root) = spans.first().cloned() else { return before.unwrap_or(Trace { id, outcome, spans }) };
    let mut all = before.map_or_else(|| vec![root.clone()], |before| before.spans);
    let first = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let answered = outcome.text().to_owned();
    spans[0].detail = SpanDetail::Turn { said, answered };
    let moved = |span: Span| {
        let parent = Some(span.parent.map_or(0, |parent| parent.saturating_add(first)));
        Span { id: span.id.saturating_add(first), parent, ..span }
    };
    all.extend(spans.into_iter().map(moved));
    if let Some(whole) = all.first_mut() {
        whole.end_ns = root.end_ns;
        whole.error = root.error;
    }
    Trace { id, outcome, spans: all }
}

#[cfg(test)]
mod tests {
    use loopwright_core::{Cost, Digest, TraceId};

    use super::*;

    fn turn(answer: &str, at: u64) -> Trace {
        let agent = SpanDetail::Agent { agent: "a".into(), variant: Digest::of_bytes(b"v") };
        let search = SpanDetail::Retrieval { query: "q".into(), passages: vec![], shown: 0 };
        let span = |id, parent, detail| Span { id, parent, start_ns: at, end_ns: at + 5, detail, error: None };
        let spans = vec![span(0, None, agent), span(1, Some(0), search)];
        Trace { id: TraceId::of(&Digest::of_bytes(b"t")), outcome: Outcome::Answered { text: answer.into() }, spans }
    }

    #[test]
    fn turns_are_joined_under_one_run() {
        let input = Input { then: vec!["and then?".into()], ..Input::text("first?") };
        let mut conversation = Conversation::new(&input, Seed(1));
        assert_eq!((conversation.input().question(), conversation.seed()), ("first?".to_owned(), Seed(1)));
        assert!(conversation.took(turn("one", 10)).is_none());
        let said: Vec<String> = conversation.input().messages.iter().map(Message::plain_text).collect();
        assert_eq!(said, ["first?", "one", "and then?"]);
        assert_ne!(conversation.seed(), Seed(1));
        let whole = conversation.took(turn("two", 20)).unwrap();
        assert_eq!(whole.turns().collect::<Vec<_>>(), [("first?", "one"), ("and then?", "two")]);
        let shape: Vec<(u32, Option<u32>)> = whole.spans.iter().map(|span| (span.id, span.parent)).collect();
        assert_eq!(shape, [(0, None), (1, Some(0)), (2, Some(1)), (3, Some(0)), (4, Some(3))]);
        assert_eq!((whole.outcome.text(), whole.duration_ns(), whole.cost()), ("two", 15, Cost::ZERO));
    }

    #[test]
    fn an_agent_that_fails_is_spoken_to_no_more() {
        let input = Input { then: vec!["and then?".into(), "and now?".into()], ..Input::text("first?") };
        let mut conversation = Conversation::new(&input, Seed(1));
        assert!(conversation.took(turn("one", 10)).is_none());
        let failed = Trace { outcome: Outcome::Failed { message: "broke".into() }, ..turn("", 20) };
        let whole = conversation.took(failed).unwrap();
        assert_eq!(whole.turns().collect::<Vec<_>>(), [("first?", "one"), ("and then?", "")]);
        assert!(matches!(whole.outcome, Outcome::Failed { .. }));
    }

    #[test]
    fn one_question_stays_as_it_is() {
        let whole = Conversation::new(&Input::text("q?"), Seed(1)).took(turn("a", 1)).unwrap();
        assert_eq!((whole.turns().count(), whole), (0, turn("a", 1)));
    }
}
