//! The context: a request assembled from named segments, each within its budget, with a prefix that stays the same from
//! call to call so that providers can cache it.
//!
//! Order: `system` (instructions), `examples`, then what changes: `history`, `knowledge`, `user`, `tool_results`. The
//! schemas of the tools are the segment `tools`.

use loopwright_core::{ChatRequest, FoundPassage, Message, Part, Role, SegmentUse, ToolSpec};
use loopwright_knowledge::Retrieved;

use crate::{AgentSpec, Conversation, estimate_tokens};

/// A request, and where its tokens came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// The request.
    pub request: ChatRequest,
    /// Tokens (estimated) by segment; segments that are empty are left out. They add up to those of the request: what
    /// frames a segment, such as its heading, counts as its own.
    pub segments: Vec<SegmentUse>,
}

/// The request for the next model call.
pub fn assemble(spec: &AgentSpec, conversation: &Conversation) -> Assembled {
    let mut segments = Segments::default();
    let mut messages = vec![];
    let system = system_text(spec, &mut segments);
    if !system.is_empty() {
        messages.push(Message::text(Role::System, system));
    }
    let (last, earlier) = conversation.input.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
    messages.extend(history(earlier, spec.context.history_tokens, &mut segments));
    if let Some(last) = last {
        messages.push(question(last, conversation, &mut segments));
    }
    messages.extend(exchange(&conversation.exchange, spec.context.tool_result_tokens, &mut segments));
    let tools = if conversation.brought.is_empty() { spec.offered() } else { &conversation.brought };
    segments.add("tools", tools.iter().map(tool_tokens).sum(), 0);
    let request = ChatRequest {
        tools: tools.to_vec(),
        temperature: spec.model.temperature,
        max_output_tokens: spec.model.max_output_tokens,
        ..ChatRequest::new(spec.model.name(), messages)
    };
    Assembled { request, segments: segments.0 }
}

fn system_text(spec: &AgentSpec, segments: &mut Segments) -> String {
    let mut text = spec.instructions.trim().to_owned();
    let instructions = estimate_tokens(&text);
    segments.add("system", instructions, 0);
    let (kept, dropped) = first_within(spec.examples.iter().map(crate::Example::render), spec.context.examples_tokens);
    if !kept.is_empty() {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str("Examples:\n");
        text.push_str(&kept.join("\n\n"));
    }
    segments.add("examples", estimate_tokens(&text) - instructions, dropped);
    text
}

/// The first texts that fit the budget together, and the tokens of the others.
fn first_within(texts: impl Iterator<Item = String>, budget: u64) -> (Vec<String>, u64) {
    let mut left = Some(budget);
    let (mut kept, mut dropped) = (vec![], 0);
    for text in texts {
        let tokens = estimate_tokens(&text);
        left = left.and_then(|left| left.checked_sub(tokens));
        match left {
            Some(_) => kept.push(text),
            None => dropped += tokens,
        }
    }
    (kept, dropped)
}

fn history(earlier: &[Message], budget: u64, segments: &mut Segments) -> Vec<Message> {
    let tokens: Vec<u64> = earlier.iter().map(message_tokens).collect();
    let mut first = newest_within(&tokens, budget);
    // A tool result without the call it answers would be refused by providers.
    while earlier.get(first).is_some_and(|message| message.role == Role::Tool) {
        first += 1;
    }
    segments.add("history", tokens[first..].iter().sum(), tokens[..first].iter().sum());
    earlier[first..].to_vec()
}

/// Where the longest tail of `tokens` that fits the budget begins.
fn newest_within(tokens: &[u64], budget: u64) -> usize {
    let mut left = budget;
    for (index, tokens) in tokens.iter().enumerate().rev() {
        match left.checked_sub(*tokens) {
            Some(rest) => left = rest,
            None => return index + 1,
        }
    }
    0
}

fn question(last: &Message, conversation: &Conversation, segments: &mut Segments) -> Message {
    let own = message_tokens(last);
    segments.add("user", own, 0);
    let mut message = last.clone();
    if !conversation.passages.is_empty() {
        message.content.insert(0, Part::Text { text: passages_text(&conversation.passages) });
    }
    segments.add("knowledge", message_tokens(&message) - own, conversation.passages_dropped);
    message
}

fn passages_text(passages: &[FoundPassage]) -> String {
    let mut text = String::from("Passages:\n");
    for (number, passage) in passages.iter().enumerate() {
        text.push_str(&format!("[{}] ({}) {}\n", number + 1, passage.source, passage.text.trim()));
    }
    text.push_str("\nQuestion: ");
    text
}

/// Takes the worst passages out of what is shown until the others fit `budget`; returns the tokens taken out.
pub(crate) fn keep_within(retrieved: &mut Retrieved, budget: u64) -> u64 {
    let tokens = |retrieved: &Retrieved| retrieved.shown().iter().map(|passage| estimate_tokens(&passage.text)).sum();
    let all: u64 = tokens(retrieved);
    let mut used = all;
    while used > budget && retrieved.shown_len() > 0 {
        retrieved.keep(retrieved.shown_len() - 1);
        used = tokens(retrieved);
    }
    all - used
}

fn exchange(messages: &[Message], budget: u64, segments: &mut Segments) -> Vec<Message> {
    let mut dropped = 0;
    let trimmed: Vec<Message> = messages
        .iter()
        .map(|message| match message.role {
            Role::Tool => trimmed(message, budget, &mut dropped),
            _ => message.clone(),
        })
        .collect();
    segments.add("tool_results", trimmed.iter().map(message_tokens).sum(), dropped);
    trimmed
}

fn trimmed(message: &Message, budget: u64, dropped: &mut u64) -> Message {
    let text = message.plain_text();
    let tokens = estimate_tokens(&text);
    if tokens <= budget {
        return message.clone();
    }
    *dropped += tokens - budget;
    let kept: String = text.chars().take(budget as usize * 4).collect();
    let note = format!("{kept} … (cut: {} of {tokens} tokens are not shown)", tokens - budget);
    Message { content: vec![Part::Text { text: note }], ..message.clone() }
}

fn message_tokens(message: &Message) -> u64 {
    let calls = message.tool_calls.iter().map(|call| estimate_tokens(&call.name) + estimate_tokens(&call.arguments));
    estimate_tokens(&message.plain_text()) + calls.sum::<u64>()
}

fn tool_tokens(tool: &ToolSpec) -> u64 {
    estimate_tokens(&tool.name) + estimate_tokens(&tool.description) + estimate_tokens(&tool.parameters.to_string())
}

#[derive(Default)]
struct Segments(Vec<SegmentUse>);

impl Segments {
    fn add(&mut self, name: &str, tokens: u64, dropped: u64) {
        if tokens > 0 || dropped > 0 {
            self.0.push(SegmentUse { name: name.to_owned(), tokens, dropped });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::{AgentName, Input, PartName, Variant};
    use loopwright_knowledge::Order;
    use serde_json::{Value, json};

    fn spec(parts: &[(&str, Value)]) -> AgentSpec {
        let parts = parts.iter().map(|(name, value)| (PartName::new(*name).unwrap(), value.clone())).collect();
        AgentSpec::parse(&Variant { agent: AgentName::new("a").unwrap(), parts, unpinned: Default::default() }).unwrap()
    }

    fn passage(score: f64, text: &str) -> FoundPassage {
        FoundPassage { source: "docs/a.md".into(), start: 0, end: 1, score, text: text.into() }
    }

    #[test]
    fn lays_out_the_segments() {
        let spec = spec(&[
            ("instructions", json!("Help.\n- Be brief.")),
            ("examples", json!([{"user": "hi", "calls": [{"tool": "t", "args": {"a": 1}}], "answer": "yo"}])),
        ]);
        let mut conversation = Conversation::new(&Input::text("Where?"));
        conversation.passages = vec![passage(1.0, "Here.")];
        let assembled = assemble(&spec, &conversation);
        let texts: Vec<String> = assembled.request.messages.iter().map(Message::plain_text).collect();
        assert_eq!(texts[0], "Help.\n- Be brief.\n\nExamples:\nUser: hi\nCall: t {\"a\":1}\nAnswer: yo");
        assert_eq!(texts[1], "Passages:\n[1] (docs/a.md) Here.\n\nQuestion: Where?");
        let names: Vec<&str> = assembled.segments.iter().map(|segment| segment.name.as_str()).collect();
        assert_eq!(names, ["system", "examples", "user", "knowledge"]);
    }

    #[test]
    fn a_budget_keeps_the_best_passages_in_their_order() {
        let passages = vec![passage(1.0, "worst123"), passage(3.0, "best1234"), passage(2.0, "good1234")];
        let mut retrieved = Retrieved::new(passages, 3, Order::EdgesFirst);
        assert_eq!(keep_within(&mut retrieved, 5), 2);
        let texts: Vec<&str> = retrieved.shown().iter().map(|passage| passage.text.as_str()).collect();
        assert_eq!(texts, ["best1234", "good1234"]);
        assert_eq!(keep_within(&mut retrieved, 0), 4);
        assert!(retrieved.shown().is_empty());
    }

    #[test]
    fn a_cut_is_stated() {
        let spec = spec(&[("context", json!({"tool_result_tokens": 2}))]);
        let mut conversation = Conversation::new(&Input::text("q"));
        conversation.exchange = vec![Message::tool_result("c", "0123456789abcdef")];
        let text = assemble(&spec, &conversation).request.messages[1].plain_text();
        assert_eq!(text, "01234567 … (cut: 2 of 4 tokens are not shown)");
    }

    #[test]
    fn the_prefix_does_not_depend_on_the_question() {
        let spec = spec(&[("instructions", json!("Help."))]);
        let first =
            |question: &str| assemble(&spec, &Conversation::new(&Input::text(question))).request.messages[0].clone();
        assert_eq!(first("one"), first("two"));
    }
}
