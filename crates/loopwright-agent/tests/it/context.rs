//! What reaches the model, and how its tokens are accounted for.

use loopwright_agent::{Conversation, assemble, estimate_tokens};
use loopwright_core::{ChatRequest, Input, Message, Role, SpanDetail};
use serde_json::json;

use crate::fixture::{Scene, Scripted, call, knowledge, says, spec, tools};

/// The tokens of a request, by the estimate alone.
fn tokens(request: &ChatRequest) -> u64 {
    let messages = request.messages.iter().map(|message| {
        let calls = message.tool_calls.iter();
        let calls: u64 = calls.map(|call| estimate_tokens(&call.name) + estimate_tokens(&call.arguments)).sum();
        estimate_tokens(&message.plain_text()) + calls
    });
    let tools = request.tools.iter().map(|tool| {
        estimate_tokens(&tool.name) + estimate_tokens(&tool.description) + estimate_tokens(&tool.parameters.to_string())
    });
    messages.sum::<u64>() + tools.sum::<u64>()
}

fn turns(count: usize) -> Vec<Message> {
    let turn = |n: usize| match n % 2 {
        0 => Message::text(Role::User, format!("Question number {n}, which is of some length?")),
        _ => Message::text(Role::Assistant, format!("Answer number {n}, of a length of its own.")),
    };
    (0..count).map(turn).collect()
}

#[test]
fn the_segments_add_up_to_the_request() {
    let (index, knowledge) = knowledge();
    let spec = spec(&[
        tools(),
        knowledge,
        ("instructions", json!("You help the customers of a shop.")),
        ("examples", json!([{"user": "Hi", "answer": "Hello."}, {"user": "And?", "answer": "x".repeat(9000)}])),
        ("context", json!({"history_tokens": 30, "tool_result_tokens": 5, "knowledge_tokens": 40})),
    ]);
    let mut messages = turns(4);
    messages.push(Message::text(Role::User, "May returned goods be refunded?"));
    let model = Scripted::new([says("Let me see.", vec![call("get_orders", r#"{"id":"A-1"}"#)]), says("Yes.", vec![])]);
    let scene = Scene { index: Some(&index), ..Scene::new(&model) };
    let trace = scene.run(&spec, &Input { messages, ..Input::text("") });
    let mut names = vec![];
    for span in &trace.spans {
        let SpanDetail::Chat { request, segments, .. } = &span.detail else { continue };
        assert_eq!(segments.iter().map(|segment| segment.tokens).sum::<u64>(), tokens(request));
        names = segments.iter().map(|segment| (segment.name.as_str(), segment.dropped > 0)).collect();
    }
    assert_eq!(
        names,
        [
            ("system", false),
            ("examples", true),
            ("history", true),
            ("user", false),
            ("knowledge", true),
            ("tool_results", true),
            ("tools", false),
        ]
    );
}

#[test]
fn passages_that_do_not_fit_are_neither_shown_nor_recorded_as_shown() {
    let (index, knowledge) = knowledge();
    let run = |budget: u64| {
        let model = Scripted::new([says("Yes.", vec![])]);
        let spec = spec(&[knowledge.clone(), ("context", json!({"knowledge_tokens": budget}))]);
        let trace = Scene { index: Some(&index), ..Scene::new(&model) }.run(&spec, &Input::text("returned goods?"));
        let (_, passages, shown) = trace.retrievals().next().unwrap();
        (passages.len(), shown, model.last_texts()[0].clone())
    };
    assert_eq!(run(4_000).1, 3);
    let (found, shown, text) = run(45);
    assert_eq!((found, shown), (3, 2));
    assert!(text.contains("[2] (") && !text.contains("[3] ("), "{text}");
    let (found, shown, text) = run(1);
    assert_eq!((found, shown, text.as_str()), (3, 0, "returned goods?"));
}

#[test]
fn the_oldest_history_goes_first_and_never_half_a_tool_call() {
    let spec = spec(&[("context", json!({"history_tokens": 25}))]);
    let mut messages = turns(2);
    messages.push(Message { tool_calls: vec![call("get", "{}")], ..Message::text(Role::Assistant, "x".repeat(80)) });
    messages.push(Message::tool_result("call-1", "the result"));
    messages.push(Message::text(Role::Assistant, "It is here."));
    messages.push(Message::text(Role::User, "Thanks, and the other?"));
    let conversation = Conversation::new(&Input { messages, ..Input::text("") });
    let assembled = assemble(&spec, &conversation);
    let texts: Vec<String> = assembled.request.messages.iter().map(Message::plain_text).collect();
    // The tool's result would fit; without its call it would be refused by providers.
    assert_eq!(texts, ["It is here.", "Thanks, and the other?"]);
    assert_eq!(assembled.segments.iter().map(|segment| segment.tokens).sum::<u64>(), tokens(&assembled.request));
}
