//! The reading of a request: which text came through which channel.
//!
//! The grammar is public, and any language model can read it too. The system message holds the instructions, then the
//! examples. The last user message holds the passages and the question. What follows it are the calls of this turn and
//! their results.

use std::borrow::Cow;

use loopwright_core::{ChatRequest, Message, Part, Role, ToolSpec};

use crate::sentence::sentences;
use crate::token::tokens;

/// A user message without the grammar that has more words than this is cut into context and question.
const LONG_QUESTION: usize = 60;

/// What a request says, by channel.
#[derive(Debug, Default)]
pub(crate) struct Reading<'r> {
    /// Lines of the instructions.
    pub instructions: Vec<Line<'r>>,
    /// Worked examples.
    pub examples: Vec<Example<'r>>,
    /// The conversation before the last user message, oldest first.
    pub history: Vec<Said<'r>>,
    /// Passages, in order.
    pub passages: Vec<Passage<'r>>,
    /// All that the user said last.
    pub said: &'r str,
    /// The question in it.
    pub question: &'r str,
    /// Calls and their results, oldest first.
    pub calls: Vec<PastCall<'r>>,
    /// The tools on offer.
    pub tools: &'r [ToolSpec],
}

/// A line of the instructions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'r> {
    pub text: &'r str,
    /// It begins with `- `, or is numbered.
    pub listed: bool,
}

/// A worked example.
#[derive(Debug, Default)]
pub(crate) struct Example<'r> {
    pub user: &'r str,
    /// Names of the tools it calls, in order.
    pub calls: Vec<&'r str>,
    pub answer: Option<&'r str>,
}

/// An earlier message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'r> {
    pub by_user: bool,
    pub text: &'r str,
}

/// A numbered passage. Number 0 is unnumbered context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passage<'r> {
    pub number: u32,
    pub source: &'r str,
    pub text: &'r str,
}

/// A call that has been made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PastCall<'r> {
    pub id: &'r str,
    pub name: &'r str,
    pub arguments: &'r str,
    pub result: Option<&'r str>,
    /// Whether it came after the last user message.
    pub this_turn: bool,
}

/// The plain text of each message; borrowed where a message is one text.
pub(crate) fn texts(request: &ChatRequest) -> Vec<Cow<'_, str>> {
    request.messages.iter().map(text).collect()
}

fn text(message: &Message) -> Cow<'_, str> {
    match message.content.as_slice() {
        [] => Cow::Borrowed(""),
        [Part::Text { text }] => Cow::Borrowed(text),
        _ => Cow::Owned(message.plain_text()),
    }
}

impl<'r> Reading<'r> {
    /// Reads `request`, whose messages have these `texts`.
    pub(crate) fn of(request: &'r ChatRequest, texts: &'r [Cow<'r, str>]) -> Self {
        let mut reading = Self { tools: &request.tools, ..Self::default() };
        let last = request.messages.iter().rposition(|message| message.role == Role::User);
        for (index, message) in request.messages.iter().enumerate() {
            let text = texts.get(index).map_or("", |text| &**text);
            let this_turn = last.is_none_or(|last| index > last);
            match message.role {
                Role::System => reading.read_system(text),
                Role::User if Some(index) == last => reading.read_last(text),
                Role::User => reading.history.push(Said { by_user: true, text: split_passages(text).1 }),
                Role::Assistant => {
                    if !text.trim().is_empty() && !this_turn {
                        reading.history.push(Said { by_user: false, text });
                    }
                    reading.calls.extend(message.tool_calls.iter().map(|call| PastCall {
                        id: &call.id,
                        name: &call.name,
                        arguments: &call.arguments,
                        result: None,
                        this_turn,
                    }));
                }
                Role::Tool => reading.read_result(message.tool_call_id.as_deref(), text),
            }
        }
        reading
    }

    fn read_system(&mut self, text: &'r str) {
        let (instructions, examples) = split_examples(text);
        for line in instructions.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match listed(line) {
                Some(item) => self.instructions.push(Line { text: item, listed: true }),
                None => {
                    self.instructions.extend(sentences(line).map(|text| Line { text, listed: false }));
                }
            }
        }
        self.read_examples(examples);
    }

    fn read_examples(&mut self, text: &'r str) {
        let mut current: Option<Example<'r>> = None;
        for line in text.lines() {
            if let Some(user) = line.strip_prefix("User: ") {
                self.examples.extend(current.take());
                current = Some(Example { user, ..Example::default() });
            } else if let (Some(call), Some(example)) = (line.strip_prefix("Call: "), current.as_mut()) {
                example.calls.extend(call.split_whitespace().next());
            } else if let (Some(answer), Some(example)) = (line.strip_prefix("Answer: "), current.as_mut()) {
                example.answer = Some(answer);
            }
        }
        self.examples.extend(current);
    }

    fn read_last(&mut self, text: &'r str) {
        let (context, question) = split_passages(text);
        self.said = question.trim();
        self.question = self.said;
        if context.is_empty() {
            self.split_long_question();
        } else {
            self.passages.extend(passages(context));
        }
    }

    /// Context that someone pasted into the question without the grammar: the last sentence that asks is the question.
    fn split_long_question(&mut self) {
        if self.said.split_whitespace().count() <= LONG_QUESTION {
            return;
        }
        let all: Vec<&str> = sentences(self.said).collect();
        let asking = all.iter().rev().find(|sentence| sentence.ends_with('?')).or(all.last());
        if let (Some(question), true) = (asking, all.len() >= 3) {
            self.question = question;
            self.passages.push(Passage { number: 0, source: "", text: self.said });
        }
    }

    fn read_result(&mut self, id: Option<&str>, text: &'r str) {
        // Results come in the order of the calls, unless an id says otherwise.
        let waits = |call: &PastCall<'_>| call.result.is_none();
        let named = id.and_then(|id| self.calls.iter().rposition(|call| waits(call) && call.id == id));
        match named.or_else(|| self.calls.iter().position(waits)).and_then(|at| self.calls.get_mut(at)) {
            Some(call) => call.result = Some(text),
            None => self.calls.push(PastCall { id: "", name: "", arguments: "", result: Some(text), this_turn: true }),
        }
    }

    /// Drops what the window cannot hold: messages from the middle of the history, then passages from the middle, then
    /// the results of the oldest calls. Gives the tokens dropped.
    pub(crate) fn fit(&mut self, excess: u64) -> u64 {
        let mut dropped = 0;
        while dropped < excess && !self.history.is_empty() {
            dropped += 4 + tokens(self.history.remove(self.history.len() / 2).text);
        }
        while dropped < excess && !self.passages.is_empty() {
            dropped += 4 + tokens(self.passages.remove(self.passages.len() / 2).text);
        }
        while dropped < excess && self.calls.len() > 1 {
            let call = self.calls.remove(0);
            dropped += 4 + tokens(call.result.unwrap_or_default()) + tokens(call.arguments);
        }
        dropped
    }

    /// The calls of this turn that have a result.
    pub(crate) fn answered_calls(&self) -> impl Iterator<Item = &PastCall<'r>> {
        self.calls.iter().filter(|call| call.this_turn && call.result.is_some())
    }
}

impl PastCall<'_> {
    /// Whether the result is an error text.
    pub(crate) fn failed(&self) -> bool {
        self.result.is_some_and(|result| result.trim_start().starts_with("error"))
    }
}

/// The text of a list item: after `- `, `* ` or `1. `.
fn listed(line: &str) -> Option<&str> {
    let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
    item.or_else(|| {
        let rest = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let marked = rest.len() < line.len() && line.len() - rest.len() <= 2;
        rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") ")).filter(|_| marked)
    })
}

fn split_examples(text: &str) -> (&str, &str) {
    let begin = if text.starts_with("Examples:\n") { Some(0) } else { text.find("\nExamples:\n") };
    begin.map_or((text, ""), |at| text.split_at(at))
}

/// Context and question of a user message; the context is empty where the grammar is not used.
fn split_passages(text: &str) -> (&str, &str) {
    const MARK: &str = "\nQuestion:";
    match text.rfind(MARK) {
        Some(at) => (&text[..at], text[at + MARK.len()..].trim()),
        None => ("", text),
    }
}

fn passages<'r>(context: &'r str) -> Vec<Passage<'r>> {
    let context = context.trim().strip_prefix("Passages:").unwrap_or(context);
    let begin = context.as_ptr() as usize;
    let mut all: Vec<(Passage<'r>, usize)> = Vec::new();
    for line in context.lines() {
        let at = line.as_ptr() as usize - begin;
        if let Some((number, rest)) = numbered(line) {
            let (source, rest) = parenthesised(rest);
            let from = rest.as_ptr() as usize - begin;
            close(&mut all, context, at);
            all.push((Passage { number, source, text: "" }, from));
        } else if all.is_empty() && !line.trim().is_empty() {
            all.push((Passage { number: 0, source: "", text: "" }, at));
        }
    }
    close(&mut all, context, context.len());
    all.into_iter().map(|(passage, _)| passage).collect()
}

fn close<'r>(all: &mut [(Passage<'r>, usize)], context: &'r str, end: usize) {
    if let Some((passage, from)) = all.last_mut() {
        passage.text = context[*from..end].trim();
    }
}

fn numbered(line: &str) -> Option<(u32, &str)> {
    let (number, rest) = line.strip_prefix('[')?.split_once(']')?;
    Some((number.parse().ok()?, rest.trim_start()))
}

fn parenthesised(text: &str) -> (&str, &str) {
    match text.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((source, rest)) => (source, rest.trim_start()),
        None => ("", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::ToolCall;

    #[test]
    fn the_grammar_is_read() {
        let system = "Help people.\n\n- Cite the passage.\n- Be kind.\n\nExamples:\nUser: Where is A-1?\n\
                      Call: get_order {\"order_id\":\"A-1\"}\nAnswer: shipped\n\nUser: Hi\nAnswer: Hello";
        let last = "Passages:\n[1] (docs/a.md) One. Two\nlines.\n[2] (docs/b.md) Three.\n\nQuestion: What is three?";
        let mut call = Message::text(Role::Assistant, "");
        call.tool_calls.push(ToolCall { id: "c1".into(), name: "get_order".into(), arguments: "{}".into() });
        let messages = vec![
            Message::text(Role::System, system),
            Message::text(Role::User, "Hello"),
            Message::text(Role::Assistant, "Hi, what can I do?"),
            Message::text(Role::User, last),
            call,
            Message::tool_result("c1", "[]"),
        ];
        let request = ChatRequest::new("m", messages);
        let texts = texts(&request);
        let reading = Reading::of(&request, &texts);
        let rules: Vec<_> = reading.instructions.iter().filter(|line| line.listed).map(|line| line.text).collect();
        assert_eq!(rules, ["Cite the passage.", "Be kind."]);
        assert_eq!(reading.examples.len(), 2);
        assert_eq!(reading.examples[0].calls, ["get_order"]);
        assert_eq!(reading.examples[0].answer, Some("shipped"));
        assert_eq!(reading.history.len(), 2);
        assert_eq!(reading.passages.len(), 2);
        assert_eq!((reading.passages[0].number, reading.passages[0].text), (1, "One. Two\nlines."));
        assert_eq!(reading.passages[1].source, "docs/b.md");
        assert_eq!(reading.question, "What is three?");
        assert_eq!(reading.calls[0].result, Some("[]"));
    }

    #[test]
    fn pasted_context_is_context() {
        let filler = "The sky over the bay was grey that day and nobody went out to fish. ".repeat(5);
        let said = format!("{filler}How many boats were there? Thank you.");
        let request = ChatRequest::new("m", vec![Message::text(Role::User, said)]);
        let texts = texts(&request);
        let reading = Reading::of(&request, &texts);
        assert_eq!(reading.question, "How many boats were there?");
        assert_eq!(reading.passages.len(), 1);
    }

    #[test]
    fn a_full_window_drops_the_middle_first() {
        let passage = |number| Passage { number, source: "", text: "word word word word word word word word" };
        let mut reading = Reading { passages: (1..=5).map(passage).collect(), ..Reading::default() };
        assert!(reading.fit(13) >= 13);
        assert_eq!(reading.passages.iter().map(|passage| passage.number).collect::<Vec<_>>(), [1, 2, 5]);
    }
}
