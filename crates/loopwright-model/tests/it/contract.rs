//! The failure contract, point by point, against a server that fails as it is told.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{CallEvent, ChatResponse, Delta, DeltaSink, Model, ModelCall, ModelError, ModelErrorKind, Seed};
use loopwright_model::{Patience, Retry, RetryBudget, RetryRule};

use crate::protocols::{Heard, SPOKEN, Spoken, request};
use crate::server::{End, RunningClock, Script, Server, chunked, json, run, stream};

const SHORT: Patience = Patience { first_byte: Duration::from_millis(60), between: Duration::from_millis(60) };

/// What a call came to.
struct Outcome {
    result: Result<ChatResponse, ModelError>,
    attempts: usize,
    heard: Caller,
}

/// A caller that has passed on what it heard, and cannot take it back unless it says so.
#[derive(Default)]
struct Caller {
    heard: Heard,
    can_restart: bool,
    restarts: usize,
    events: Vec<CallEvent>,
}

impl DeltaSink for Caller {
    fn delta(&mut self, delta: Delta) {
        self.heard.delta(delta);
    }

    fn restart(&mut self) {
        self.restarts += 1;
    }

    fn can_restart(&self) -> bool {
        self.can_restart
    }

    fn happened(&mut self, event: CallEvent) {
        self.events.push(event);
    }
}

/// Asks, with retries where `attempts` allows them.
fn asked(spoken: &Spoken, scripts: Vec<Script>, attempts: u32, deadline: Option<Duration>) -> Outcome {
    asked_with(Patience::default(), spoken, scripts, attempts, deadline)
}

fn asked_with(
    patience: Patience,
    spoken: &Spoken,
    scripts: Vec<Script>,
    attempts: u32,
    deadline: Option<Duration>,
) -> Outcome {
    run(async {
        let server = Server::start(scripts).await;
        let rule = RetryRule { attempts, first_wait: Duration::from_millis(2), ..RetryRule::default() };
        let once = Arc::new(spoken.client(&server).with_patience(patience));
        let (mut caller, request) = (Caller::default(), request());
        let call = ModelCall { request: &request, seed: Seed(1), deadline, deltas: Some(&mut caller) };
        let result = Retry::new(once, RunningClock::start(), rule).chat(call).await;
        Outcome { result, attempts: server.received().len(), heard: caller }
    })
}

fn good(spoken: &Spoken) -> Script {
    stream(&spoken.events(), true)
}

fn error_of(spoken: &Spoken, script: Script) -> ModelError {
    asked(spoken, vec![script], 1, None).result.unwrap_err()
}

#[test]
fn point_1_the_taxonomy_decides_and_the_status_is_kept() {
    let once = [
        (400, ModelErrorKind::BadRequest),
        (401, ModelErrorKind::Auth),
        (402, ModelErrorKind::Budget),
        (403, ModelErrorKind::Auth),
        (404, ModelErrorKind::BadRequest),
        (413, ModelErrorKind::BadRequest),
        (422, ModelErrorKind::BadRequest),
    ];
    let again = [
        (408, ModelErrorKind::Timeout),
        (409, ModelErrorKind::Provider),
        (429, ModelErrorKind::RateLimited { retry_after: None }),
        (500, ModelErrorKind::Provider),
        (502, ModelErrorKind::Provider),
        (503, ModelErrorKind::Overloaded { retry_after: None }),
        (504, ModelErrorKind::Timeout),
        (529, ModelErrorKind::Overloaded { retry_after: None }),
    ];
    for spoken in &SPOKEN {
        for (status, kind) in &once {
            let fault = json(&format!("{status} No"), &[], r#"{"error":{"message":"no"}}"#);
            let outcome = asked(spoken, vec![fault, good(spoken)], 3, None);
            let error = outcome.result.unwrap_err();
            assert_eq!((error.kind, error.status, outcome.attempts), (kind.clone(), Some(*status), 1));
        }
        for (status, kind) in &again {
            let fault = || json(&format!("{status} No"), &[], r#"{"error":{"message":"no"}}"#);
            let outcome = asked(spoken, vec![fault(), fault(), good(spoken)], 3, None);
            assert_eq!((outcome.result.is_ok(), outcome.attempts), (true, 3), "{status}");
            let CallEvent::Retried { error, .. } = &outcome.heard.events[0] else { panic!("{status}") };
            assert_eq!((&error.kind, error.status), (kind, Some(*status)));
        }
    }
}

#[test]
fn point_1_a_network_fails_in_its_own_ways() {
    let [chat, ..] = &SPOKEN;
    assert_eq!(error_of(chat, Script::Drip(vec![], Duration::ZERO, End::Reset)).kind, ModelErrorKind::Network);
    assert_eq!(error_of(chat, Script::Drip(vec![], Duration::ZERO, End::Close)).kind, ModelErrorKind::Network);
    let torn = chunked(&chat.events()[..3], false);
    assert_eq!(error_of(chat, Script::Drip(torn, Duration::ZERO, End::Reset)).kind, ModelErrorKind::Network);
    run(async {
        let mut server = Server::start(vec![Script::Blurt(b"HTTP/1.1 400 No\r\n\r\n")]).await;
        server.base_url = server.base_url.replace("http://", "https://");
        let no_tls = ask_once(chat, &server).await.unwrap_err();
        assert_eq!(no_tls.kind, ModelErrorKind::Network, "{no_tls}");
        server.base_url = format!("http://{}/v1", "a".repeat(64));
        let no_name = ask_once(chat, &server).await.unwrap_err();
        assert_eq!(no_name.kind, ModelErrorKind::Network, "{no_name}");
    });
}

async fn ask_once(spoken: &Spoken, server: &Server) -> Result<ChatResponse, ModelError> {
    let request = request();
    let deadline = Some(Duration::from_secs(20));
    spoken.client(server).chat(ModelCall { request: &request, seed: Seed(1), deadline, deltas: None }).await
}

#[test]
fn point_2_one_deadline_stands_above_everything() {
    let [chat, ..] = &SPOKEN;
    let fault = || json("500 Oops", &[], "{}");
    let patient = asked(chat, vec![fault(), good(chat)], 3, Some(Duration::from_secs(20)));
    assert_eq!((patient.result.is_ok(), patient.attempts), (true, 2));
    let hanging = asked(chat, vec![Script::Hang, Script::Hang], 2, Some(Duration::from_millis(20)));
    assert_eq!((hanging.result.unwrap_err().kind, hanging.attempts), (ModelErrorKind::Timeout, 1));
}

#[test]
fn point_2_a_provider_is_waited_for_within_the_deadline_and_else_left_at_once() {
    let date = "retry-after: Fri, 15 Jan 2027 08:20:00 GMT";
    for (header, is_waited_for) in [
        ("retry-after: 0", true),
        ("retry-after: 0.01", true),
        ("retry-after-ms: 10", true),
        // The clock of these tests begins at 2027-01-15 08:00:00.
        (date, false),
        ("retry-after: 60", false),
        ("retry-after-ms: 60000", false),
    ] {
        for status in ["429 Too Many Requests", "503 Service Unavailable", "529 Overloaded"] {
            let scripts = vec![json(status, &[header], "{}"), good(&SPOKEN[0])];
            let outcome = asked(&SPOKEN[0], scripts, 2, Some(Duration::from_secs(5)));
            assert_eq!(outcome.result.is_ok(), is_waited_for, "{status}, {header}");
            if let Err(error) = outcome.result {
                assert!(error.kind.retry_after() >= Some(Duration::from_secs(50)), "{error:?}");
            }
        }
    }
}

#[test]
fn point_3_retries_cannot_storm() {
    run(async {
        let scripts = (0..40).map(|_| json("500 Oops", &[], "{}")).collect();
        let server = Server::start(scripts).await;
        let rule = RetryRule { attempts: 4, first_wait: Duration::ZERO, ..RetryRule::default() };
        let budget = Arc::new(RetryBudget::new(5));
        let once = Arc::new(SPOKEN[0].client(&server));
        let model = Retry::new(once, RunningClock::start(), rule).with_budget(budget);
        for _ in 0..10 {
            let request = request();
            model.chat(ModelCall { request: &request, seed: Seed(1), deadline: None, deltas: None }).await.unwrap_err();
        }
        assert_eq!(server.received().len(), 10 + 5, "ten calls, and no more retries than the budget allows");
    });
}

#[test]
fn point_5_what_is_no_answer_is_a_failure_whatever_its_status() {
    let faults = |spoken: &Spoken| {
        let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
        let cut = &spoken.events()[..2];
        vec![
            ("truncated JSON", json("200 OK", &[], r#"{"choices":[{"mess"#)),
            ("no choice", json("200 OK", &[], r#"{"choices":[],"candidates":[],"content":[],"output":[]}"#)),
            ("wrong content type", Script::Send(vec![page.as_bytes().to_vec()])),
            ("cut stream", stream(cut, true)),
            ("empty stream", stream(&[], true)),
            ("junk event", stream(&[b"data: {\"a\n\n".to_vec()], true)),
        ]
    };
    for spoken in &SPOKEN {
        for (name, fault) in faults(spoken) {
            let error = error_of(spoken, fault);
            assert_eq!(error.kind, ModelErrorKind::Protocol, "{}, {name}: {error}", spoken.provider);
        }
    }
}

#[test]
fn point_5_an_error_event_is_the_error_first_or_in_the_middle() {
    let error = |spoken: &Spoken| {
        let data = match spoken.provider {
            "openai" => r#"{"error":{"message":"Busy","type":"server_error","code":"slow_down"}}"#,
            "openai-responses" => r#"{"type":"error","code":"server_is_overloaded","message":"Busy","param":null}"#,
            "anthropic" => r#"{"type":"error","error":{"type":"overloaded_error","message":"Busy"}}"#,
            _ => r#"{"error":{"code":503,"message":"Busy","status":"UNAVAILABLE"}}"#,
        };
        format!("event: error\ndata: {data}\n\n").into_bytes()
    };
    for spoken in &SPOKEN {
        let first = error_of(spoken, stream(&[error(spoken)], true));
        let begun: Vec<Vec<u8>> = spoken.events().into_iter().take(2).chain([error(spoken)]).collect();
        let middle = error_of(spoken, stream(&begun, true));
        for told in [first, middle] {
            assert_eq!(told.kind, ModelErrorKind::Overloaded { retry_after: None }, "{}", spoken.provider);
            assert!(told.message.contains("Busy"), "{told}");
        }
    }
}

#[test]
fn point_6_silence_ends_an_attempt_wherever_it_falls() {
    for spoken in &SPOKEN {
        let begun = chunked(&spoken.events()[..2], false);
        let head_only = begun[..1].to_vec();
        for (name, fault) in [
            ("before the head", Script::Hang),
            ("before the first byte", Script::Drip(head_only, Duration::ZERO, End::Hang)),
            ("between two pieces", Script::Drip(begun, Duration::ZERO, End::Hang)),
        ] {
            let error = asked_with(SHORT, spoken, vec![fault], 1, None).result.unwrap_err();
            assert_eq!(error.kind, ModelErrorKind::Timeout, "{}, {name}: {error}", spoken.provider);
            assert!(error.message.contains("byte of the answer within 0.1 s"), "{name}: {error}");
        }
    }
}

#[test]
fn point_6_a_slow_drip_is_cut_off_by_the_deadline() {
    let drip: Vec<Vec<u8>> = SPOKEN[0].fixture.bytes().map(|byte| vec![byte]).collect();
    let drip = Script::Drip(chunked(&drip, false), Duration::from_millis(10), End::Hang);
    let error = asked(&SPOKEN[0], vec![drip], 1, Some(Duration::from_millis(150))).result.unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Timeout);
    assert!(error.message.contains("no complete answer within"), "{error}");
}

#[test]
fn point_6_what_was_told_is_not_told_again() {
    for spoken in &SPOKEN {
        let before = vec![Script::Drip(vec![], Duration::ZERO, End::Reset), good(spoken)];
        let outcome = asked(spoken, before, 2, None);
        assert_eq!((outcome.result.is_ok(), outcome.attempts), (true, 2), "nothing was told yet");
        // The last event is missing, so all of the text was told.
        let events = spoken.events();
        let told = stream(&events[..events.len() - 1], false);
        let outcome = asked(spoken, vec![told, good(spoken)], 2, None);
        assert_eq!((outcome.result.is_err(), outcome.attempts), (true, 1), "{}", spoken.provider);
        assert_eq!((outcome.heard.heard.text.as_str(), outcome.heard.restarts), ("Let me look – é.", 0));
    }
}

#[test]
fn point_6_an_end_is_never_made_up() {
    for spoken in &SPOKEN {
        let events = spoken.events();
        for count in 0..events.len() - 1 {
            let cut = error_of(spoken, stream(&events[..count], false));
            assert!(matches!(cut.kind, ModelErrorKind::Network | ModelErrorKind::Protocol), "{cut:?}");
        }
    }
}

#[test]
fn point_8_no_body_is_read_without_end() {
    for spoken in &SPOKEN {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n".to_vec();
        let pieces = std::iter::once(head).chain((0..40).map(|_| vec![b' '; 1 << 20])).collect();
        let error = error_of(spoken, Script::Send(pieces));
        assert_eq!(error.kind, ModelErrorKind::Protocol);
        assert!(error.message.ends_with("the answer is longer than 33554432 bytes"), "{error}");
    }
}
