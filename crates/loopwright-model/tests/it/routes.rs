//! Routes over several models, and what the calls of one endpoint share.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    CallEvent, ChatRequest, ChatResponse, Delta, DeltaSink, Message, MicroDollars, Model, ModelCall, ModelError,
    ModelErrorKind, ResponseFormat, Role, Seed,
};
use loopwright_model::{Access, BreakerState, ModelRef, Price, PriceTable, open};

use crate::server::{RunningClock, Script, Server, json, run};

const NO: &str = r#"{"error":{"message":"no"}}"#;

/// Takes down what happens, and what is said.
#[derive(Default)]
struct Log {
    text: String,
    events: Vec<CallEvent>,
}

impl DeltaSink for Log {
    fn delta(&mut self, delta: Delta) {
        if let Delta::Text(text) = delta {
            self.text.push_str(&text);
        }
    }

    fn restart(&mut self) {
        self.text.clear();
    }

    fn happened(&mut self, event: CallEvent) {
        self.events.push(event);
    }
}

fn answer(text: &str, finish: &str) -> Script {
    let body = format!(
        r#"{{"choices":[{{"finish_reason":"{finish}","message":{{"content":"{text}"}}}}],
            "usage":{{"prompt_tokens":10,"completion_tokens":1}}}}"#
    );
    json("200 OK", &[], &body)
}

fn access() -> Access {
    let mut prices = PriceTable::default();
    prices.set("compatible:a", Price { input: 1_000_000, output: 0, ..Price::default() });
    prices.set("compatible:b", Price { input: 2_000_000, output: 0, ..Price::default() });
    let mut access = Access::new([].into(), prices);
    access.retry.attempts = 1;
    access
}

fn opened(text: &str, access: &Access) -> Arc<dyn Model> {
    open(&text.parse::<ModelRef>().unwrap(), RunningClock::start(), access).unwrap()
}

async fn asked(model: &dyn Model, format: ResponseFormat, log: &mut Log) -> Result<ChatResponse, ModelError> {
    let messages = vec![Message::text(Role::User, "Well?")];
    let request = ChatRequest { response_format: format, ..ChatRequest::new("ignored", messages) };
    let deadline = Some(Duration::from_secs(5));
    model.chat(ModelCall { request: &request, seed: Seed(1), deadline, deltas: Some(log) }).await
}

/// What a route over `a` and `b` came to: the result, what happened, and how often each was asked.
struct Outcome {
    result: Result<ChatResponse, ModelError>,
    log: Log,
    calls: (usize, usize),
}

fn outcome(route: &str, a: Vec<Script>, b: Vec<Script>, format: ResponseFormat) -> Outcome {
    run(async {
        let (a, b) = (Server::start(a).await, Server::start(b).await);
        let text = route.replace("A", &format!("compatible:a@{}", a.base_url));
        let text = text.replace("B", &format!("compatible:b@{}", b.base_url));
        let mut log = Log::default();
        let result = asked(&*opened(&text, &access()), format, &mut log).await;
        let names = |server: &Server, name: &str| {
            assert!(server.received().iter().all(|received| received.body["model"] == name));
            server.received().len()
        };
        Outcome { result, log, calls: (names(&a, "a"), names(&b, "b")) }
    })
}

fn fell_back(fault: Script) -> Outcome {
    outcome("fallback(A, B)", vec![fault], vec![answer("yes", "stop")], ResponseFormat::Text)
}

#[test]
fn a_chain_goes_on_when_a_model_fails() {
    for status in ["401 No", "404 No", "429 No", "500 No", "503 No"] {
        let Outcome { result, log, calls } = fell_back(json(status, &["retry-after: 3600"], NO));
        assert_eq!(result.unwrap().message.plain_text(), "yes", "{status}");
        assert_eq!((calls, log.text.as_str()), ((1, 1), "yes"), "{status}");
        let [CallEvent::FellBack { from, to, error }] = log.events.as_slice() else { panic!("{:?}", log.events) };
        assert!(from.starts_with("compatible:a@") && to.starts_with("compatible:b@"));
        assert!(error.status.is_some_and(|number| status.starts_with(&number.to_string())));
    }
}

#[test]
fn a_chain_does_not_wait_for_a_model_while_another_stands_ready() {
    run(async {
        let busy = || json("503 No", &["retry-after: 3"], NO);
        let (a, b) = (Server::start(vec![busy()]).await, Server::start(vec![answer("yes", "stop")]).await);
        let mut access = access();
        access.retry.attempts = 4;
        let text = format!("fallback(compatible:a@{}, compatible:b@{})", a.base_url, b.base_url);
        let mut log = Log::default();
        asked(&*opened(&text, &access), ResponseFormat::Text, &mut log).await.unwrap();
        assert_eq!((a.received().len(), b.received().len()), (1, 1));
        assert!(matches!(&log.events[..], [CallEvent::FellBack { .. }]), "{:?}", log.events);
    });
}

#[test]
fn a_chain_ends_where_the_request_is_at_fault() {
    let filtered = r#"{"error":{"code":"content_filter","message":"filtered"}}"#;
    for fault in [json("400 No", &[], NO), json("422 No", &[], NO), json("400 No", &[], filtered)] {
        let Outcome { result, log, calls } = fell_back(fault);
        assert!(result.is_err() && log.events.is_empty());
        assert_eq!(calls, (1, 0));
    }
}

#[test]
fn a_model_that_hangs_leaves_time_for_the_next() {
    run(async {
        let (a, b) = (Server::start(vec![Script::Hang]).await, Server::start(vec![answer("yes", "stop")]).await);
        let text = format!("fallback(compatible:a@{}, compatible:b@{})", a.base_url, b.base_url);
        let request = ChatRequest::new("", vec![]);
        let deadline = Some(Duration::from_millis(1500));
        let call = ModelCall { request: &request, seed: Seed(1), deadline, deltas: None };
        assert_eq!(opened(&text, &access()).chat(call).await.unwrap().message.plain_text(), "yes");
    });
}

#[test]
fn a_cascade_asks_the_stronger_when_the_weaker_falls_short() {
    let cascade =
        |weak: Script, format: ResponseFormat| outcome("cascade(A, B)", vec![weak], vec![answer("{}", "stop")], format);
    let good = cascade(answer("fine", "stop"), ResponseFormat::Text);
    assert_eq!((good.calls, good.log.text.as_str()), ((1, 0), "fine"));
    assert_eq!(good.result.unwrap().cost.money, Some(MicroDollars(10)));
    for (weak, format, why) in [
        (answer("fin", "length"), ResponseFormat::Text, "it was cut off"),
        (answer("", "stop"), ResponseFormat::Text, "it says nothing"),
        (answer("fine", "stop"), ResponseFormat::JsonObject, "it is not JSON"),
    ] {
        let Outcome { result, log, calls } = cascade(weak, format);
        assert_eq!((calls, log.text.as_str()), ((1, 1), "{}"));
        assert!(matches!(&log.events[..], [CallEvent::Escalated { why: told, .. }] if told == why), "{:?}", log.events);
        assert_eq!(result.unwrap().cost.money, Some(MicroDollars(10 + 20)), "both answers cost");
    }
}

#[test]
fn a_hedge_asks_twice_when_the_first_takes_long() {
    let quick = outcome("hedge(3s, A, B)", vec![answer("yes", "stop")], vec![], ResponseFormat::Text);
    assert_eq!((quick.calls, quick.result.unwrap().cost.money), ((1, 0), Some(MicroDollars(10))));
    let slow = outcome("hedge(50ms, A, B)", vec![Script::Hang], vec![answer("yes", "stop")], ResponseFormat::Text);
    assert!(matches!(&slow.log.events[..], [CallEvent::Hedged { .. }]));
    assert_eq!((slow.calls, slow.log.text.as_str()), ((1, 1), "yes"));
    assert_eq!(slow.result.unwrap().cost.money, None, "what the dropped call costs is not known");
    let failed = outcome("hedge(3s, A, B)", vec![json("500 No", &[], NO)], vec![], ResponseFormat::Text);
    assert!(failed.result.is_err(), "a failure is for a chain to mend");
}

#[test]
fn a_split_keeps_its_weights_and_repeats_itself() {
    let access = access();
    let model = opened("split(3 standin:nano, 1 standin:small)", &access);
    let mut chosen = vec![];
    for seed in 0..400 {
        let (mut log, request) = (Log::default(), ChatRequest::new("", vec![Message::text(Role::User, "Hi")]));
        let clock = Arc::new(loopwright_core::VirtualClock::default());
        let model = open(&"split(3 standin:nano, 1 standin:small)".parse().unwrap(), clock, &access).unwrap();
        let call = ModelCall { request: &request, seed: Seed(seed), deadline: None, deltas: Some(&mut log) };
        run(model.chat(call)).unwrap();
        let [CallEvent::Chosen { model }] = log.events.as_slice() else { panic!() };
        chosen.push(model == "standin:nano");
    }
    let share = chosen.iter().filter(|is_nano| **is_nano).count();
    assert!((270..330).contains(&share), "{share} of 400, where 300 are expected");
    assert!(model.info().simulated && model.info().priced);
}

#[test]
fn an_endpoint_that_keeps_failing_is_left_alone_by_all_its_models() {
    run(async {
        let server = Server::start((0..20).map(|_| json("500 Oops", &[], NO)).collect()).await;
        let access = access();
        for _ in 0..10 {
            let model = opened(&format!("compatible:a@{}", server.base_url), &access);
            asked(&*model, ResponseFormat::Text, &mut Log::default()).await.unwrap_err();
        }
        let other = opened(&format!("compatible:b@{}", server.base_url), &access);
        let error = asked(&*other, ResponseFormat::Text, &mut Log::default()).await.unwrap_err();
        assert!(matches!(error.kind, ModelErrorKind::Overloaded { retry_after: Some(_) }), "{error:?}");
        assert!(error.message.contains("it failed so often that it is left alone for"), "{error}");
        assert_eq!(server.received().len(), 10);
        let states = access.endpoints.states();
        assert!(matches!(states[0].breaker, BreakerState::Open { .. }), "{states:?}");
    });
}

#[test]
fn a_call_that_waits_for_its_turn_says_so() {
    run(async {
        let mut access = access();
        access.endpoint.gate.most = 1;
        let slow = Script::Drip(vec![], Duration::from_millis(1), crate::server::End::Hang);
        let server = Server::start(vec![slow, answer("yes", "stop")]).await;
        let (first, second) = (
            opened(&format!("compatible:a@{}", server.base_url), &access),
            opened(&format!("compatible:a@{}", server.base_url), &access),
        );
        let mut log = Log::default();
        let request = ChatRequest::new("", vec![]);
        let deadline = Some(Duration::from_millis(100));
        let hanging = first.chat(ModelCall { request: &request, seed: Seed(1), deadline, deltas: None });
        let (hung, waited) = tokio::join!(hanging, asked(&*second, ResponseFormat::Text, &mut log));
        assert_eq!(hung.unwrap_err().kind, ModelErrorKind::Timeout);
        assert_eq!(waited.unwrap().message.plain_text(), "yes");
        assert!(matches!(&log.events[..], [CallEvent::Queued { waited }] if !waited.is_zero()));
    });
}

#[test]
fn a_limit_that_is_used_up_is_waited_for_before_it_refuses() {
    run(async {
        let access = access();
        let told = ["x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 1.5s"];
        let body = r#"{"choices":[{"finish_reason":"stop","message":{"content":"yes"}}]}"#;
        let server = Server::start(vec![json("200 OK", &told, body), answer("yes", "stop")]).await;
        let mut events = vec![];
        for _ in 0..2 {
            let mut log = Log::default();
            let model = opened(&format!("compatible:a@{}", server.base_url), &access);
            asked(&*model, ResponseFormat::Text, &mut log).await.unwrap();
            events.extend(log.events);
        }
        let [CallEvent::Queued { waited }] = events.as_slice() else { panic!("{events:?}") };
        assert!(!waited.is_zero(), "{waited:?}");
    });
}
