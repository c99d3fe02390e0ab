use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{
    ChatRequest, ChatResponse, Delta, DeltaSink, Message, Model, ModelCall, ModelError, ModelErrorKind, Role, Seed,
};
use loopwright_model::{Access, ModelRef, OpenError, PriceTable, Secret, open};

use crate::server::{RunningClock, Script, Server, json, run, stream};

const YES: &str = r#"{"choices":[{"finish_reason":"stop","message":{"content":"yes"}}]}"#;

#[derive(Default)]
struct Sink {
    text: String,
    restarts: usize,
}

impl DeltaSink for Sink {
    fn delta(&mut self, delta: Delta) {
        if let Delta::Text(text) = delta {
            self.text.push_str(&text);
        }
    }

    fn restart(&mut self) {
        self.restarts += 1;
        self.text.clear();
    }
}

/// Counts attempts and asks for nothing else.
#[derive(Default)]
struct Counter(usize);

impl DeltaSink for Counter {
    fn delta(&mut self, _: Delta) {}

    fn restart(&mut self) {
        self.0 += 1;
    }

    fn wants_pieces(&self) -> bool {
        false
    }
}

fn quick() -> Access {
    let keys = BTreeMap::from([("OPENAI_API_KEY".to_owned(), Secret::new("k").unwrap())]);
    let mut access = Access::new(keys, PriceTable::builtin());
    access.retry.first_wait = Duration::from_millis(4);
    access
}

fn opened(server: &Server) -> Arc<dyn Model> {
    let reference: ModelRef = format!("openai:gpt-5-mini@{}", server.base_url).parse().unwrap();
    open(&reference, RunningClock::start(), &quick()).unwrap()
}

async fn asked(model: &dyn Model, sink: &mut dyn DeltaSink) -> Result<ChatResponse, ModelError> {
    let request = ChatRequest::new("gpt-5-mini", vec![Message::text(Role::User, "Well?")]);
    let deadline = Some(Duration::from_secs(20));
    model.chat(ModelCall { request: &request, seed: Seed(1), deadline, deltas: Some(sink) }).await
}

fn outcome(scripts: Vec<Script>) -> (Result<ChatResponse, ModelError>, usize, usize) {
    run(async {
        let server = Server::start(scripts).await;
        let mut counter = Counter::default();
        let result = asked(&*opened(&server), &mut counter).await;
        (result, server.received().len(), counter.0)
    })
}

#[test]
fn what_passes_is_tried_again() {
    let limited = json("429 Too Many Requests", &["retry-after: 0.01"], "{}");
    let (result, calls, restarts) = outcome(vec![limited, json("500 Oops", &[], ""), json("200 OK", &[], YES)]);
    assert_eq!(result.unwrap().message.plain_text(), "yes");
    assert_eq!((calls, restarts), (3, 2));
}

#[test]
fn a_refused_key_is_not() {
    let (result, calls, restarts) = outcome(vec![json("401 Unauthorized", &[], "{}"), json("200 OK", &[], YES)]);
    assert_eq!(result.unwrap_err().kind, ModelErrorKind::Auth);
    assert_eq!((calls, restarts), (1, 0));
}

#[test]
fn a_sink_that_only_counts_gets_no_stream() {
    run(async {
        let server = Server::start(vec![json("200 OK", &[], YES)]).await;
        asked(&*opened(&server), &mut Counter::default()).await.unwrap();
        assert_eq!(server.received()[0].body.get("stream"), None);
    });
}

#[test]
fn a_cut_stream_starts_over() {
    let piece = |text: &str, finish: &str| {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":{finish}}}]}}\n\n")
            .into_bytes()
    };
    let scripts = vec![stream(&[piece("no", "null")], false), stream(&[piece("yes", "\"stop\"")], true)];
    run(async {
        let server = Server::start(scripts).await;
        let mut sink = Sink::default();
        let response = asked(&*opened(&server), &mut sink).await.unwrap();
        assert_eq!((sink.text.as_str(), sink.restarts), ("yes", 1));
        assert_eq!(response.message.plain_text(), "yes");
    });
}

#[test]
fn a_missing_key_says_which_variable() {
    let reference: ModelRef = "openai:gpt-5-mini".parse().unwrap();
    run(async {
        let access = Access::new(BTreeMap::new(), PriceTable::builtin());
        let Err(error) = open(&reference, RunningClock::start(), &access) else { unreachable!() };
        assert!(matches!(error, OpenError::MissingKey { .. }));
        assert!(error.to_string().ends_with("set the environment variable `OPENAI_API_KEY`"), "{error}");
        assert!(open(&"ollama:llama3".parse().unwrap(), RunningClock::start(), &access).is_ok());
        assert!(access.is_priced(&reference) && !access.is_priced(&"ollama:llama3".parse().unwrap()));
        assert_eq!(format!("{:?}", quick().keys), r#"{"OPENAI_API_KEY": ***}"#);
    });
}
