use std::time::Duration;

use loopwright_core::{
    ChatRequest, ChatResponse, Delta, DeltaSink, FinishReason, Message, MicroDollars, Model, ModelCall, ModelError,
    ModelErrorKind, Part, Role, Seed, ToolSpec, Usage,
};
use loopwright_model::{ModelRef, Price, RemoteClient, RemoteModel, Secret, http_client};
use serde_json::json;

use crate::server::{RunningClock, Script, Server, json, run, stream};

/// Collects what a stream says.
#[derive(Default)]
struct Pieces {
    text: String,
    reasoning: String,
    arguments: Vec<String>,
}

impl DeltaSink for Pieces {
    fn delta(&mut self, delta: Delta) {
        match delta {
            Delta::Text(text) => self.text.push_str(&text),
            Delta::Reasoning(text) => self.reasoning.push_str(&text),
            Delta::ToolCall { index, arguments, .. } => {
                self.arguments.resize(self.arguments.len().max(index + 1), String::new());
                self.arguments[index].push_str(&arguments);
            }
            _ => {}
        }
    }
}

fn model(server: &Server) -> RemoteClient {
    let reference: ModelRef = format!("openai:gpt-test@{}", server.base_url).parse().unwrap();
    let ModelRef::Remote(remote) = reference else { unreachable!() };
    let remote: RemoteModel = remote;
    let key = Secret::new("sk-very-secret").unwrap();
    let price = Price { input: 1_000_000, cached: Some(100_000), output: 10_000_000, ..Price::default() };
    RemoteClient::new(remote, Some(key), Some(price), http_client().unwrap(), RunningClock::start())
}

fn request() -> ChatRequest {
    let tool = ToolSpec { name: "get_order".into(), description: "Gets".into(), parameters: json!({"type": "object"}) };
    ChatRequest { tools: vec![tool], ..ChatRequest::new("gpt-test", vec![Message::text(Role::User, "Where is A-1?")]) }
}

async fn asked(
    model: &dyn Model,
    sink: Option<&mut Pieces>,
    deadline: Option<Duration>,
) -> Result<ChatResponse, ModelError> {
    let request = request();
    let deltas = sink.map(|sink| sink as &mut dyn DeltaSink);
    model.chat(ModelCall { request: &request, seed: Seed(7), deadline, deltas }).await
}

fn failure(script: Script) -> ModelError {
    run(async {
        let server = Server::start(vec![script]).await;
        asked(&model(&server), None, None).await.unwrap_err()
    })
}

fn event(data: &str) -> Vec<u8> {
    format!("data: {data}\n\n").into_bytes()
}

const PLAIN: &str = r#"{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-test-2026-01-01","choices":[{"index":0,
  "message":{"role":"assistant","content":"It is on its way.","refusal":null},"logprobs":null,"finish_reason":"stop"}],
  "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":40,"audio_tokens":0},
  "completion_tokens_details":{"reasoning_tokens":5}},"system_fingerprint":"fp"}"#;

#[test]
fn a_plain_answer() {
    run(async {
        let server = Server::start(vec![json("200 OK", &[], PLAIN)]).await;
        let model = model(&server);
        let response = asked(&model, None, None).await.unwrap();
        assert_eq!(response.message.plain_text(), "It is on its way.");
        assert_eq!((response.id.as_str(), response.finish), ("chatcmpl-1", FinishReason::Stop));
        assert_eq!(response.cost.usage, Usage::new(100, 40, 20, 5));
        assert_eq!(response.cost.money, Some(MicroDollars(60 + 4 + 200)));
        assert_eq!(response.cost.energy, None);
        let sent = &server.received()[0];
        assert!(sent.head.starts_with("post /v1/chat/completions http/1.1"), "{}", sent.head);
        assert!(sent.head.contains("authorization: bearer sk-very-secret"));
        assert_eq!((&sent.body["model"], sent.body.get("stream")), (&json!("gpt-test"), None));
        assert!(model.info().priced && !model.info().simulated);
    });
}

#[test]
fn parallel_tool_calls() {
    let body = r#"{"choices":[{"finish_reason":"tool_calls","message":{"content":null,"tool_calls":[
        {"id":"call_a","type":"function","function":{"name":"get_order","arguments":"{\"id\":\"A-1\"}"}},
        {"id":"call_b","type":"function","function":{"name":"get_order","arguments":"{broken"}}]}}]}"#;
    run(async {
        let server = Server::start(vec![json("200 OK", &[], body)]).await;
        let response = asked(&model(&server), None, None).await.unwrap();
        let calls = &response.message.tool_calls;
        assert_eq!((calls.len(), calls[0].id.as_str(), calls[1].arguments.as_str()), (2, "call_a", "{broken"));
        assert_eq!(response.finish, FinishReason::ToolCalls);
        assert_eq!(response.cost.money, None, "without a report of usage the price is unknown");
    });
}

#[test]
fn a_stream_with_calls_and_usage() {
    let pieces = [
        r#"{"id":"c1","model":"gpt-test","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
        r#"{"choices":[{"index":0,"delta":{"reasoning_content":"Hm."}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"Let me "}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"look – é."}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_order","arguments":""}}]}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"id\":"}}]}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"get_order","arguments":"{}"}}]}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"A-1\"}"}}]}}]}"#,
        r#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#,
        r#"{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":4}}"#,
        "[DONE]",
    ];
    let bytes: Vec<u8> = pieces.iter().flat_map(|piece| event(piece)).collect();
    let by_event: Vec<Vec<u8>> = pieces.iter().map(|piece| event(piece)).collect();
    let by_byte: Vec<Vec<u8>> = bytes.iter().map(|byte| vec![*byte]).collect();
    for split in [by_event, by_byte, vec![bytes]] {
        run(async {
            let server = Server::start(vec![stream(&split, true)]).await;
            let mut sink = Pieces::default();
            let response = asked(&model(&server), Some(&mut sink), None).await.unwrap();
            assert_eq!((sink.text.as_str(), sink.reasoning.as_str()), ("Let me look – é.", "Hm."));
            assert_eq!(sink.arguments, [r#"{"id":"A-1"}"#, "{}"]);
            assert_eq!(response.message.plain_text(), sink.text);
            assert_eq!(response.message.content[0], Part::Reasoning { text: "Hm.".into() });
            assert_eq!(response.message.tool_calls[0].arguments, sink.arguments[0]);
            assert_eq!((response.finish, response.id.as_str()), (FinishReason::ToolCalls, "c1"));
            assert_eq!(response.cost.usage, Usage::new(10, 0, 4, 0));
            let sent = &server.received()[0].body;
            assert_eq!((&sent["stream"], &sent["stream_options"]["include_usage"]), (&json!(true), &json!(true)));
        });
    }
}

#[test]
fn a_server_that_does_not_stream_is_read_whole() {
    run(async {
        let server = Server::start(vec![json("200 OK", &[], PLAIN)]).await;
        let mut sink = Pieces::default();
        let response = asked(&model(&server), Some(&mut sink), None).await.unwrap();
        assert_eq!(sink.text, response.message.plain_text());
    });
}

#[test]
fn a_cut_stream_is_an_error_and_never_a_finish() {
    let half = [event(r#"{"choices":[{"index":0,"delta":{"content":"Let me "}}]}"#)];
    for (whole, kind) in [(false, ModelErrorKind::Network), (true, ModelErrorKind::Protocol)] {
        run(async {
            let server = Server::start(vec![stream(&half, whole)]).await;
            let mut sink = Pieces::default();
            let error = asked(&model(&server), Some(&mut sink), None).await.unwrap_err();
            assert_eq!((error.kind.clone(), sink.text.as_str()), (kind.clone(), "Let me "), "{error}");
        });
    }
}

#[test]
fn an_error_inside_a_stream_is_the_error() {
    let told = [event(r#"{"error":{"message":"The server had an error","type":"server_error"}}"#)];
    run(async {
        let server = Server::start(vec![stream(&told, true)]).await;
        let error = asked(&model(&server), Some(&mut Pieces::default()), None).await.unwrap_err();
        assert_eq!(error.kind, ModelErrorKind::Provider);
        assert!(error.message.contains("The server had an error"), "{error}");
    });
}

#[test]
fn truncated_answers_are_errors() {
    let error = failure(json("200 OK", &[], &PLAIN[..200]));
    assert_eq!(error.kind, ModelErrorKind::Protocol, "{error}");
    let cut = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{\"choices\"".to_vec();
    assert_eq!(failure(Script::Send(vec![cut])).kind, ModelErrorKind::Network);
    assert_eq!(failure(Script::Send(vec![])).kind, ModelErrorKind::Network);
    assert_eq!(failure(Script::Send(vec![b"SSH-2.0-OpenSSH\r\n".to_vec()])).kind, ModelErrorKind::Network);
}

#[test]
fn a_hanging_server_is_left_at_the_deadline() {
    run(async {
        let server = Server::start(vec![Script::Hang]).await;
        let error = asked(&model(&server), None, Some(Duration::from_millis(60))).await.unwrap_err();
        assert_eq!(error.kind, ModelErrorKind::Timeout);
        assert!(error.message.starts_with("call `openai:gpt-test@http://127.0.0.1:"), "{error}");
        assert!(error.message.ends_with("no complete answer within 0.1 s"), "{error}");
    });
}

#[test]
fn failures_have_kinds_and_keep_the_key_secret() {
    let refused = failure(json(
        "401 Unauthorized",
        &[],
        r#"{"error":{"message":"Incorrect API key provided: sk-very-secret."}}"#,
    ));
    assert_eq!((refused.kind.clone(), refused.status), (ModelErrorKind::Auth, Some(401)));
    assert!(refused.message.contains("***") && !refused.message.contains("sk-very"), "{refused}");
    let long =
        r#"{"error":{"message":"This model's maximum context length is 9 tokens","code":"context_length_exceeded"}}"#;
    assert_eq!(failure(json("400 Bad Request", &[], long)).kind, ModelErrorKind::ContextOverflow);
    let limited = failure(json("429 Too Many Requests", &["retry-after: 20", "retry-after-ms: 1500"], "{}"));
    assert_eq!(limited.kind, ModelErrorKind::RateLimited { retry_after: Some(Duration::from_millis(1500)) });
    let moved = failure(json("302 Found", &["location: http://127.0.0.1:9/v1"], ""));
    assert_eq!(moved.kind, ModelErrorKind::Protocol);
}

#[test]
fn nobody_listens() {
    run(async {
        let server = Server::start(vec![]).await;
        let model = model(&server);
        drop(server);
        let error = asked(&model, None, Some(Duration::from_secs(5))).await.unwrap_err();
        assert_eq!(error.kind, ModelErrorKind::Network, "{error}");
    });
}

#[test]
fn embeddings_come_in_order() {
    let body = r#"{"data":[{"index":1,"embedding":[0.5,1]},{"index":0,"embedding":[1,0]}],"usage":{"prompt_tokens":6,"total_tokens":6}}"#;
    let uneven = r#"{"data":[{"index":1,"embedding":[0.5]},{"index":0,"embedding":[1,0]}]}"#;
    run(async {
        let server = Server::start(vec![json("200 OK", &[], body), json("200 OK", &[], uneven)]).await;
        let model = model(&server);
        let texts = ["a".to_owned(), "b".to_owned()];
        let embeddings = model.embed(&texts).await.unwrap();
        assert_eq!(embeddings.vectors, [vec![1.0, 0.0], vec![0.5, 1.0]]);
        assert_eq!((embeddings.cost.usage.input(), embeddings.cost.money), (6, Some(MicroDollars(6))));
        assert_eq!(server.received()[0].body["input"], json!(["a", "b"]));
        assert_eq!(model.embed(&texts).await.unwrap_err().kind, ModelErrorKind::Protocol);
        assert!(model.embed(&[]).await.unwrap().vectors.is_empty());
    });
}
