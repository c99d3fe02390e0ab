//! One answer as four protocols write it. The bytes in `fixtures` keep the forms of the providers' public references.

use loopwright_core::{
    ChatRequest, ChatResponse, Delta, DeltaSink, FinishReason, Message, Model, ModelCall, Part, Role, Seed, ToolSpec,
};
use loopwright_model::{ModelRef, Price, RemoteClient, Secret, http_client};
use serde_json::{Value, json};

use crate::server::{RunningClock, Server, run, stream};

/// A protocol: how a model that speaks it is called, and an answer in a stream.
pub(crate) struct Spoken {
    pub(crate) provider: &'static str,
    pub(crate) fixture: &'static str,
}

pub(crate) const SPOKEN: [Spoken; 4] = [
    Spoken { provider: "openai", fixture: include_str!("../fixtures/chat_completions.sse") },
    Spoken { provider: "openai-responses", fixture: include_str!("../fixtures/responses.sse") },
    Spoken { provider: "anthropic", fixture: include_str!("../fixtures/messages.sse") },
    Spoken { provider: "gemini", fixture: include_str!("../fixtures/generate_content.sse") },
];

impl Spoken {
    /// The model at `server`.
    pub(crate) fn client(&self, server: &Server) -> RemoteClient {
        let reference: ModelRef = format!("{}:test@{}", self.provider, server.base_url).parse().unwrap();
        let ModelRef::Remote(model) = reference else { unreachable!() };
        let key = Secret::new("sk-very-secret").unwrap();
        let price = Price { input: 1_000_000, cached: Some(100_000), output: 10_000_000, ..Price::default() };
        RemoteClient::new(model, Some(key), Some(price), http_client().unwrap(), RunningClock::start())
    }

    /// The events of its stream, each with the blank line that ends it.
    pub(crate) fn events(&self) -> Vec<Vec<u8>> {
        self.fixture.split_inclusive("\n\n").map(|event| event.as_bytes().to_vec()).collect()
    }
}

/// Collects what a stream says.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) text: String,
    pub(crate) reasoning: String,
    pub(crate) arguments: Vec<String>,
}

impl DeltaSink for Heard {
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

pub(crate) fn request() -> ChatRequest {
    let tool = ToolSpec { name: "get_order".into(), description: "Gets".into(), parameters: json!({"type": "object"}) };
    ChatRequest { tools: vec![tool], ..ChatRequest::new("test", vec![Message::text(Role::User, "Where is A-1?")]) }
}

fn check(spoken: &Spoken, response: &ChatResponse) {
    let calls = &response.message.tool_calls;
    assert_eq!(response.message.plain_text(), "Let me look – é.", "{}", spoken.provider);
    let ids: Vec<(&str, &str)> = calls.iter().map(|call| (call.id.as_str(), call.arguments.as_str())).collect();
    assert_eq!(ids, [("a", r#"{"id":"A-1"}"#), ("b", "{}")], "{}", spoken.provider);
    assert_eq!(response.finish, FinishReason::ToolCalls, "{}", spoken.provider);
    assert!(response.message.content.contains(&Part::Reasoning { text: "Hm.".into() }), "{}", spoken.provider);
    let usage = response.cost.usage;
    assert_eq!((usage.input(), usage.cached(), usage.output()), (100, 60, 20), "{}", spoken.provider);
    assert!(!response.id.is_empty() && !response.model.is_empty());
}

#[test]
fn a_stream_says_the_same_in_every_protocol_however_it_is_cut() {
    for spoken in &SPOKEN {
        let bytes = spoken.fixture.as_bytes().to_vec();
        let by_byte: Vec<Vec<u8>> = bytes.iter().map(|byte| vec![*byte]).collect();
        let with_returns = vec![spoken.fixture.replace('\n', "\r\n").into_bytes()];
        for split in [spoken.events(), by_byte, with_returns, vec![bytes]] {
            run(async {
                let server = Server::start(vec![stream(&split, true)]).await;
                let (mut heard, request) = (Heard::default(), request());
                let call = ModelCall { request: &request, seed: Seed(7), deadline: None, deltas: Some(&mut heard) };
                let response = spoken.client(&server).chat(call).await.unwrap();
                check(spoken, &response);
                assert_eq!((heard.text.as_str(), heard.reasoning.as_str()), ("Let me look – é.", "Hm."));
                assert_eq!(heard.arguments, [r#"{"id":"A-1"}"#, "{}"], "{}", spoken.provider);
            });
        }
    }
}

/// Where a request went, and the two headers that say who asks.
fn sent(spoken: &Spoken, wants_pieces: bool) -> (String, Vec<String>, Value) {
    run(async {
        let server = Server::start(vec![stream(&spoken.events(), true)]).await;
        let (mut heard, request) = (Heard::default(), request());
        let deltas = wants_pieces.then_some(&mut heard as &mut dyn DeltaSink);
        // An answer that was not asked for as a stream is none.
        let call = ModelCall { request: &request, seed: Seed(7), deadline: None, deltas };
        assert_eq!(spoken.client(&server).chat(call).await.is_ok(), wants_pieces);
        let received = server.received().remove(0);
        let line = received.head.lines().next().unwrap().to_owned();
        let marks = ["authorization: ", "x-api-key: ", "x-goog-api-key: ", "anthropic-version: "];
        let headers = received.head.lines().filter(|line| marks.iter().any(|mark| line.starts_with(mark)));
        (line, headers.map(str::to_owned).collect(), received.body)
    })
}

#[test]
fn every_protocol_has_its_address_and_its_headers() {
    let [chat, responses, messages, gemini] = SPOKEN.each_ref().map(|spoken| sent(spoken, true));
    assert_eq!(chat.0, "post /v1/chat/completions http/1.1");
    assert_eq!(responses.0, "post /v1/responses http/1.1");
    assert_eq!((messages.0.as_str(), &messages.2["stream"]), ("post /v1/messages http/1.1", &json!(true)));
    assert_eq!(gemini.0, "post /v1/models/test:streamgeneratecontent?alt=sse http/1.1");
    assert_eq!((chat.1, responses.1), (vec!["authorization: bearer sk-very-secret".to_owned()], chat_key()));
    assert_eq!(messages.1, ["anthropic-version: 2023-06-01", "x-api-key: sk-very-secret"]);
    assert_eq!(gemini.1, ["x-goog-api-key: sk-very-secret"]);
    assert_eq!(sent(&SPOKEN[3], false).0, "post /v1/models/test:generatecontent http/1.1");
}

fn chat_key() -> Vec<String> {
    vec!["authorization: bearer sk-very-secret".to_owned()]
}

#[test]
fn what_a_provider_wants_to_see_again_is_kept() {
    for (spoken, kept) in SPOKEN.iter().skip(1).zip(["gAAA", "c2lnbmVk", "c2lnbmVk"]) {
        run(async {
            let server = Server::start(vec![stream(&spoken.events(), true), stream(&spoken.events(), true)]).await;
            let (mut heard, mut request) = (Heard::default(), request());
            let model = spoken.client(&server);
            for _ in 0..2 {
                let call = ModelCall { request: &request, seed: Seed(7), deadline: None, deltas: Some(&mut heard) };
                let response = model.chat(call).await.unwrap();
                request.messages.push(response.message);
                request.messages.extend(["a", "b"].map(|id| Message::tool_result(id, "here")));
            }
            let again = server.received().remove(1).body.to_string();
            assert!(again.contains(kept), "{}: {again}", spoken.provider);
        });
    }
}
