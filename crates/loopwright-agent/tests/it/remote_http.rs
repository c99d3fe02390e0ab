//! Agents behind HTTP, asked over the loopback.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use loopwright_agent::{AgentSpec, ConnectError, Remote, RemoteError, Reply, ReportedCall, connect};
use loopwright_core::{Input, Message, Role, Seed};
use loopwright_model::{Access, PriceTable, Secret};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::fixture::{ToldClock, block_on, failure, served, spec, unreachable};

fn attached(url: &str, request: Value, answer: &str) -> AgentSpec {
    let endpoint = json!({"kind": "http", "url": url, "request": request, "answer": answer});
    spec(&[("endpoint", endpoint), ("limits", json!({"seconds": 20}))])
}

fn connected(spec: &AgentSpec) -> Result<Arc<dyn Remote>, ConnectError> {
    connect(spec, Path::new("."), Arc::new(ToldClock::default()), &Access::default())
}

/// Asks a server that answers every POST with `status` and `body`, where `{}` stands for what it was sent.
fn asked(answer: &str, status: u16, body: impl Into<String>) -> Result<Reply, RemoteError> {
    let body = body.into();
    block_on(async move {
        let reply = move |sent: String| async move {
            (StatusCode::from_u16(status).unwrap(), body.replace("{}", &Value::from(sent).to_string()))
        };
        let (address, _server) = served(Router::new().route("/ask", post(reply))).await;
        let request = json!({"question": "Q: {{ input }}", "said": "{{ messages }}", "seed": "{{ seed }}"});
        let remote = connected(&attached(&format!("{address}/ask"), request, answer)).unwrap();
        let messages = vec![Message::text(Role::Assistant, "Hi."), Message::text(Role::User, "\"Where\"?")];
        remote.ask(&Input { messages, ..Input::text("") }, Seed(u64::MAX)).await
    })
}

#[test]
fn the_body_is_filled_and_the_answer_found() {
    let reply = asked("/out/text", 200, r#"{"out": {"text": {}}}"#).unwrap();
    let sent: Value = serde_json::from_str(&reply.answer).unwrap();
    let said = json!([{"role": "assistant", "content": "Hi."}, {"role": "user", "content": "\"Where\"?"}]);
    assert_eq!(
        sent,
        json!({"question": "Q: \"Where\"?", "said": said, "seed": 9_007_199_254_740_991_u64}),
        "no language loses a bit of the seed"
    );
    assert_eq!((reply.calls, reply.cost), (vec![], None));
    assert_eq!(asked("", 200, r#"{"a": 1}"#).unwrap().answer, r#"{"a":1}"#);
}

#[test]
fn calls_and_usage_are_taken_where_they_are_told() {
    let body = r#"{"answer": "ok", "calls": [{"tool": "t", "args": {"a": 1}, "result": [2]}],
                   "usage": {"prompt_tokens": 9, "output": 4, "cached": 20}}"#;
    let reply = asked("/answer", 200, body).unwrap();
    assert_eq!(reply.calls, [ReportedCall { tool: "t".into(), args: json!({"a": 1}), result: "[2]".into() }]);
    let cost = reply.cost.unwrap();
    assert_eq!((cost.usage.input(), cost.usage.cached(), cost.usage.output()), (9, 9, 4));
    assert_eq!(cost.money, None, "the price of what is reported is not known");
    let other = asked("/answer", 200, r#"{"answer": "ok", "calls": 3, "usage": "low"}"#).unwrap();
    assert_eq!((other.calls, other.cost), (vec![], None));
}

#[test]
fn what_the_agent_answers_wrongly_is_its_failure() {
    assert_eq!(failure(&asked("/answer", 404, "no\nsuch  page")), "the agent answered with status 404: no such page");
    let other = asked("/answer", 200, r#"{"text": "hi"}"#);
    assert_eq!(failure(&other), r#"the agent's answer has nothing at `/answer`: {"text": "hi"}"#);
    assert!(failure(&asked("/answer", 200, r#"{"answer": null}"#)).contains("nothing at `/answer`"));
    assert!(failure(&asked("/answer", 200, "<html>")).contains("not JSON"));
    assert!(failure(&asked("/answer", 302, "")).contains("status 302"));
}

#[test]
fn what_keeps_it_from_being_asked_is_infrastructure() {
    assert_eq!(unreachable(&asked("/answer", 503, "busy")), "the agent answered with status 503: busy");
    assert!(unreachable(&asked("/answer", 429, "")).contains("status 429"));
    let gone = block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ask", listener.local_addr().unwrap());
        drop(listener);
        connected(&attached(&url, json!({}), "")).unwrap().ask(&Input::text("q"), Seed(1)).await
    });
    assert!(!unreachable(&gone).is_empty());
    let silent = block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ask", listener.local_addr().unwrap());
        let clock = Arc::new(ToldClock::default());
        clock.end_sleep();
        let spec = attached(&url, json!({}), "");
        let remote = connect(&spec, Path::new("."), clock, &Access::default()).unwrap();
        remote.ask(&Input::text("q"), Seed(1)).await
    });
    assert_eq!(unreachable(&silent), "no answer within 20 s");
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let endless = asked("", 200, "x".repeat(9 << 20));
    assert_eq!(failure(&endless), "the agent's answer is longer than 8388608 bytes");
}

#[test]
fn headers_and_a_key_go_with_every_request_and_the_key_is_not_told_on() {
    let access = || Access::new([("DESK_KEY".to_owned(), Secret::new("sk-9").unwrap())].into(), PriceTable::builtin());
    let asked = |caller: Value| {
        block_on(async move {
            let reply = |headers: HeaderMap| async move {
                let shown = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
                let named = ["x-team", "authorization", "x-api-key"].map(|name| shown(name).unwrap_or_default());
                (StatusCode::FORBIDDEN, named.join(","))
            };
            let (url, _server) = served(Router::new().route("/", post(reply))).await;
            let endpoint = json!({"kind": "http", "url": url, "request": {}, "answer": "", "caller": caller});
            let spec = spec(&[("endpoint", endpoint)]);
            let remote = connect(&spec, Path::new("."), Arc::new(ToldClock::default()), &access()).unwrap();
            remote.ask(&Input::text("q"), Seed(1)).await
        })
    };
    let said = |caller| failure(&asked(caller)).rsplit(' ').next().unwrap().to_owned();
    assert_eq!(said(json!({"headers": {"X-Team": "eval"}})), "eval,,");
    assert_eq!(asked(json!({})).unwrap_err().to_string(), "the agent answered with status 403: ,,");
    let bearer = asked(json!({"key_variable": "DESK_KEY"}));
    assert_eq!(failure(&bearer), "the agent answered with status 403: ,Bearer ***,");
    assert_eq!(said(json!({"key_variable": "DESK_KEY", "key_header": "X-Api-Key"})), ",,***");
}

#[test]
fn a_key_that_is_not_there_is_told_before_anything_is_asked() {
    let refused = |caller: Value| {
        let endpoint =
            json!({"kind": "http", "url": "http://127.0.0.1:1", "request": {}, "answer": "", "caller": caller});
        connected(&spec(&[("endpoint", endpoint)])).err().unwrap().to_string()
    };
    assert!(refused(json!({"key_variable": "DESK_KEY"})).contains("looked for in `DESK_KEY`"));
    for headers in [json!({"two words": "x"}), json!({"x-team": "line\nbreak"})] {
        assert!(refused(json!({"headers": headers})).contains("cannot be sent"));
    }
}

#[test]
fn an_endpoint_that_cannot_work_is_refused_at_once() {
    let fault = |spec: AgentSpec| connected(&spec).err().unwrap().to_string();
    assert_eq!(fault(spec(&[])), "agent `shop` has no `endpoint` to connect to");
    let template = fault(attached("http://127.0.0.1:1", json!({"q": ["{{ inptu }}"]}), ""));
    assert!(template.ends_with("there is no `inptu`; there are input, messages, seed"), "{template}");
    assert!(fault(attached("ftp://x", json!({}), "")).contains("`ftp://x`"));
}
