//! Agents behind a server that speaks the OpenAI chat completions protocol.

use std::path::Path;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use loopwright_agent::{RemoteError, Reply, connect};
use loopwright_core::{Input, Seed, ToolSpec};
use loopwright_model::{Access, PriceTable, RetryRule, Secret};
use serde_json::{Value, json};

use crate::fixture::{ToldClock, block_on, failure, served, spec, unreachable};

/// Asks a server that answers with `status` and `reply`; also what it was sent.
fn asked(status: u16, reply: Value) -> (Result<Reply, RemoteError>, Value) {
    asked_by(json!({"headers": {"x-team": "eval"}, "key_variable": "DESK_KEY"}), status, reply)
}

/// The same, asked by `caller`; the key of other servers is there too.
fn asked_by(caller: Value, status: u16, reply: Value) -> (Result<Reply, RemoteError>, Value) {
    block_on(async move {
        let (send, mut sent) = tokio::sync::mpsc::unbounded_channel();
        let answer = move |headers: HeaderMap, Json(mut body): Json<Value>| {
            let shown = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
            body["headers"] = json!([shown("authorization"), shown("x-team")]);
            send.send(body).unwrap();
            std::future::ready((StatusCode::from_u16(status).unwrap(), Json(reply.clone())))
        };
        let (address, _server) = served(Router::new().route("/v1/chat/completions", post(answer))).await;
        let spec = spec(&[(
            "endpoint",
            json!({"kind": "openai", "base_url": format!("{address}/v1"),
            "model": "my-agent", "caller": caller}),
        )]);
        let key = |name: &str, text: &str| (name.to_owned(), Secret::new(text).unwrap());
        let keys = [key("DESK_KEY", "sk-9"), key("LOOPWRIGHT_COMPATIBLE_KEY", "sk-other")];
        let mut access = Access::new(keys.into(), PriceTable::builtin());
        access.retry = RetryRule { attempts: 1, ..access.retry };
        let remote = connect(&spec, Path::new("."), Arc::new(ToldClock::default()), &access).unwrap();
        let add = ToolSpec { name: "add".into(), description: "Adds.".into(), parameters: json!({"type": "object"}) };
        let result = remote.ask(&Input { tools: vec![add], ..Input::text("2 + 3?") }, Seed(7)).await;
        (result, sent.recv().await.unwrap())
    })
}

#[test]
fn the_answer_comes_with_its_calls_and_its_cost() {
    let call = json!({"id": "c", "type": "function", "function": {"name": "add", "arguments": "{\"a\":2}"}});
    let message = json!({"role": "assistant", "content": "Adding.", "tool_calls": [call]});
    let usage = json!({"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15});
    let (reply, sent) = asked(
        200,
        json!({"id": "r", "model": "m", "usage": usage,
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}),
    );
    let reply = reply.unwrap();
    assert_eq!(
        (sent["model"].as_str(), sent["tools"][0]["function"]["name"].as_str()),
        (Some("my-agent"), Some("add"))
    );
    assert_eq!(sent["headers"], json!(["Bearer sk-9", "eval"]));
    assert_eq!(reply.answer, "Adding.");
    assert_eq!((reply.calls[0].tool.as_str(), &reply.calls[0].args), ("add", &json!({"a": 2})));
    let chat = reply.chat.unwrap();
    assert_eq!((chat.response.cost.usage.total(), chat.attempts), (15, 1));
}

#[test]
fn a_refusal_is_the_agents_and_trouble_is_not() {
    let (refused, _) = asked(400, json!({"error": {"message": "no such field; key sk-9"}}));
    assert!(failure(&refused).contains("no such field; key ***"), "{refused:?}");
    let (trouble, _) = asked(500, json!({}));
    assert!(unreachable(&trouble).contains("500"), "{trouble:?}");
}

#[test]
fn a_key_in_a_header_of_its_own_goes_alone() {
    let by_header = json!({"key_variable": "DESK_KEY", "key_header": "x-team"});
    let (_, sent) = asked_by(by_header, 500, json!({}));
    assert_eq!(sent["headers"], json!([null, "sk-9"]));
    let (_, sent) = asked_by(json!({}), 500, json!({}));
    assert_eq!(sent["headers"], json!(["Bearer sk-other", null]), "where nothing is said, what is usual");
}
