use loopwright_agent::{Always, RunContext};
use loopwright_core::{
    Delta, DeltaSink, Digest, Input, Limit, ModelErrorKind, Outcome, Seed, SpanDetail, ToolSpec, ToolStatus, Trace,
    TraceId, VirtualClock,
};
use serde_json::json;

use crate::fixture::{Scene, Scripted, block_on, call, knowledge, says, spec, tools, world};

/// How each tool call of the trace went, and what the model was told.
fn told(trace: &Trace) -> Vec<(ToolStatus, &str)> {
    trace.tool_calls().map(|call| (call.status, call.result)).collect()
}

fn answered(text: &str) -> Outcome {
    Outcome::Answered { text: text.into() }
}

#[test]
fn searches_acts_and_answers() {
    let (index, knowledge) = knowledge();
    let world = world();
    let model =
        Scripted::new([says("", vec![call("get_order", r#"{"id":"A-1"}"#)]), says("It is being packed. [1]", vec![])]);
    let scene = Scene { world: Some(&world), index: Some(&index), ..Scene::new(&model) };
    let trace = scene.run(&spec(&[tools(), knowledge]), &Input::text("Where is A-1, and may it be returned?"));
    assert_eq!(trace.outcome, answered("It is being packed. [1]"));
    assert_eq!(told(&trace), [(ToolStatus::Done, r#"[{"id":"A-1","status":"processing"}]"#)]);
    let kinds: Vec<String> = trace.spans.iter().map(|span| span.name()).collect();
    assert_eq!(
        kinds,
        ["invoke_agent shop", "retrieval knowledge", "chat small", "execute_tool get_order", "chat small"]
    );
    assert!(trace.spans.iter().skip(1).all(|span| span.parent == Some(0)));
    assert_eq!(trace.usage().total(), 240);
    assert_eq!(model.last_texts().last().unwrap(), r#"[{"id":"A-1","status":"processing"}]"#);
}

#[test]
fn an_unknown_tool_is_answered_with_the_nearest_names() {
    let model = Scripted::new([
        says("", vec![call("get_orders", "{}")]),
        says("", vec![call("zzz", "{}")]),
        says("ok", vec![]),
    ]);
    let trace = Scene::new(&model).run(&spec(&[tools()]), &Input::text("q"));
    assert_eq!(
        told(&trace),
        [
            (ToolStatus::UnknownTool, "error: there is no tool `get_orders`; there is get_order, cancel_order"),
            (ToolStatus::UnknownTool, "error: there is no tool `zzz`; there is get_order, cancel_order"),
        ]
    );
    let model = Scripted::new([says("", vec![call("get_order", "{}")]), says("ok", vec![])]);
    let trace = Scene::new(&model).run(&spec(&[]), &Input::text("q"));
    assert_eq!(told(&trace), [(ToolStatus::UnknownTool, "error: this agent has no tools")]);
}

#[test]
fn invalid_arguments_are_answered_with_the_path_and_change_nothing() {
    let world = world();
    let calls = vec![call("cancel_order", r#"{"id":"1"}"#), call("cancel_order", "{}"), call("cancel_order", "{oops")];
    let model = Scripted::new([says("", calls), says("ok", vec![])]);
    let trace = Scene { world: Some(&world), ..Scene::new(&model) }.run(&spec(&[tools()]), &Input::text("q"));
    let told = told(&trace);
    assert!(told.iter().all(|(status, _)| *status == ToolStatus::InvalidArguments), "{told:?}");
    assert!(told[0].1.contains("arguments.id"), "{told:?}");
    assert!(told[1].1.contains("\"id\" is a required property"), "{told:?}");
    assert!(told[2].1.contains("not JSON"), "{told:?}");
    assert_eq!(world.scalar("select count(*) from orders where status = 'cancelled'").unwrap(), json!(0));
}

#[test]
fn what_changes_something_asks_first() {
    let script = || [says("", vec![call("cancel_order", r#"{"id":"A-1"}"#)]), says("ok", vec![])];
    for (approver, status, left) in [(Always::Approve, ToolStatus::Done, 0), (Always::Deny, ToolStatus::Denied, 1)] {
        let (world, model) = (world(), Scripted::new(script()));
        let scene = Scene { world: Some(&world), approver, ..Scene::new(&model) };
        let trace = scene.run(&spec(&[tools()]), &Input::text("q"));
        let used: Vec<_> = trace.tool_calls().collect();
        assert_eq!(used[0].status, status);
        assert_eq!(used[0].arguments, Some(&json!({"id": "A-1"})));
        assert_eq!(world.scalar("select count(*) from orders where status = 'processing'").unwrap(), json!(left));
    }
}

#[test]
fn a_read_asks_nobody() {
    let (world, model) =
        (world(), Scripted::new([says("", vec![call("get_order", r#"{"id":"A-9"}"#)]), says("", vec![])]));
    let scene = Scene { world: Some(&world), approver: Always::Deny, ..Scene::new(&model) };
    let trace = scene.run(&spec(&[tools()]), &Input::text("q"));
    assert_eq!(told(&trace), [(ToolStatus::Refused, "error: there is no such order")]);
}

#[test]
fn every_limit_stops_a_run_and_keeps_what_was_said() {
    let turn = |n: u32| says(&format!("turn {n}"), vec![call("get_order", &format!(r#"{{"id":"A-{n}"}}"#))]);
    let cases = [
        (json!({"steps": 2}), Limit::Steps, "turn 2"),
        (json!({"tokens": 300}), Limit::Tokens, "turn 3"),
        (json!({"micro_dollars": 30}), Limit::Money, "turn 1"),
    ];
    for (limits, limit, text) in cases {
        let (world, model) = (world(), Scripted::new((1..9).map(turn)));
        let scene = Scene { world: Some(&world), ..Scene::new(&model) };
        let trace = scene.run(&spec(&[tools(), ("limits", limits)]), &Input::text("q"));
        assert_eq!(trace.outcome, Outcome::Stopped { limit, text: text.into() });
        assert_eq!(trace.spans[0].error, Some(format!("stopped by the limit on {limit}")));
    }
    let same = || says("again", vec![call("get_order", r#"{"id":"A-1"}"#)]);
    let (world, model) = (world(), Scripted::new((0..9).map(|_| same())));
    let trace = Scene { world: Some(&world), ..Scene::new(&model) }.run(&spec(&[tools()]), &Input::text("q"));
    assert_eq!(trace.outcome, Outcome::Stopped { limit: Limit::Repetition, text: "again".into() });
    assert_eq!(trace.chats().count(), 3);
}

#[test]
fn too_many_calls_at_once_are_refused_with_a_word() {
    let calls = (0..18).map(|n| call("get_order", &format!(r#"{{"id":"A-{n}"}}"#))).collect();
    let (world, model) = (world(), Scripted::new([says("", calls), says("ok", vec![])]));
    let trace = Scene { world: Some(&world), ..Scene::new(&model) }.run(&spec(&[tools()]), &Input::text("q"));
    let refused: Vec<_> = trace.tool_calls().filter(|call| call.status == ToolStatus::Denied).collect();
    assert_eq!(refused.len(), 2);
    assert_eq!(refused[0].result, "error: at most 16 calls are carried out at once");
}

#[test]
fn tools_that_come_with_the_input_are_recorded_and_not_carried_out() {
    let world = world();
    let add = ToolSpec { name: "add".into(), description: "Adds.".into(), parameters: json!({"type": "object"}) };
    let input = Input { tools: vec![add.clone()], ..Input::text("2 + 3?") };
    let calls = vec![call("add", r#"{"a":2,"b":3}"#), call("add", "{oops")];
    let model = Scripted::new([says("Adding.", calls)]);
    let trace = Scene { world: Some(&world), ..Scene::new(&model) }.run(&spec(&[tools()]), &input);
    assert_eq!(trace.outcome, answered("Adding."));
    let used: Vec<_> = trace.tool_calls().map(|call| (call.status, call.arguments.cloned())).collect();
    assert_eq!(used, [(ToolStatus::Done, Some(json!({"a": 2, "b": 3}))), (ToolStatus::InvalidArguments, None)]);
    assert_eq!(model.asked.lock().unwrap()[0].0.tools, [add]);
}

#[test]
fn the_most_frequent_of_several_samples_wins_and_all_are_paid_for() {
    let samples = ["No.", "Yes, within 30 days.", "yes,  within 30 days."].map(|text| says(text, vec![]));
    let model = Scripted::new(samples);
    let votes = ("model", json!({"ref": "standin:small", "votes": 3}));
    let trace = Scene::new(&model).run(&spec(&[votes]), &Input::text("q"));
    assert_eq!(trace.outcome, answered("Yes, within 30 days."));
    assert_eq!(trace.usage().total(), 360);
    let seeds: std::collections::BTreeSet<Seed> = model.asked.lock().unwrap().iter().map(|(_, seed)| *seed).collect();
    assert_eq!(seeds.len(), 3, "samples must not share their luck");
}

#[derive(Default)]
struct Screen(String);

impl DeltaSink for Screen {
    fn delta(&mut self, delta: Delta) {
        if let Delta::Text(text) = delta {
            self.0.push_str(&text);
        }
    }
}

#[test]
fn of_a_vote_only_the_winner_is_shown() {
    for (votes, shown) in [(1, "No."), (3, "Yes.")] {
        let model = Scripted::new(["No.", "Yes.", "Yes."].map(|text| says(text, vec![])));
        let (clock, mut screen) = (VirtualClock::starting_at(0), Screen::default());
        let context = RunContext {
            clock: &clock,
            seed: Seed(1),
            model: &model,
            retriever: None,
            tools: None,
            approver: &Always::Deny,
            remote: None,
            watcher: Some(&mut screen),
        };
        let spec = spec(&[("model", json!({"ref": "standin:small", "votes": votes}))]);
        let id = TraceId::of(&Digest::of_bytes(b"t"));
        block_on(loopwright_agent::run(context, &spec, &Input::text("q"), id));
        assert_eq!(screen.0, shown);
    }
}

#[test]
fn a_refused_request_is_the_agents_doing_and_a_broken_network_is_not() {
    let outcome = |kind| Scene::new(&Scripted::failing(kind)).run(&spec(&[]), &Input::text("q"));
    let message = || "as scripted".to_owned();
    assert_eq!(outcome(ModelErrorKind::ContextOverflow).outcome, Outcome::Failed { message: message() });
    let trace = outcome(ModelErrorKind::Network);
    assert_eq!(trace.outcome, Outcome::Infrastructure { message: message() });
    let SpanDetail::Chat { response, .. } = &trace.spans[1].detail else { panic!("no chat: {trace:?}") };
    assert!(response.is_none());
    assert_eq!(trace.spans[1].error.as_deref(), Some("as scripted"));
}
