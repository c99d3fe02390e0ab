//! A model server that answers as it is told.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// One answer.
pub(crate) enum Reply {
    /// A status and a document.
    Whole(u16, Value),
    /// Events.
    Events(Vec<String>),
    /// Comes when it is released.
    Held(Box<Reply>),
}

/// The server. Dropping it ends it.
pub(crate) struct Upstream {
    pub(crate) address: String,
    state: Arc<State>,
    _task: JoinSet<()>,
}

struct State {
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<Value>>,
    arrived: Semaphore,
    released: Semaphore,
}

impl Upstream {
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (arrived, released) = (Semaphore::new(0), Semaphore::new(0));
        let state = Arc::new(State { replies: Mutex::new(replies.into()), asked: Mutex::default(), arrived, released });
        let of_handler = Arc::clone(&state);
        let handler = move |asked: Json<Value>| answer(Arc::clone(&of_handler), asked.0);
        let mut task = JoinSet::new();
        let router =
            Router::new().route("/chat/completions", post(handler.clone())).route("/embeddings", post(handler));
        task.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, state, _task: task }
    }

    /// Waits until a request is there that has not been waited for.
    pub(crate) async fn arrival(&self) {
        self.state.arrived.acquire().await.unwrap().forget();
    }

    /// The bodies of the requests so far.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.state.asked.lock().unwrap().clone()
    }

    /// Lets one answer go that is held.
    pub(crate) fn release(&self) {
        self.state.released.add_permits(1);
    }
}

async fn answer(state: Arc<State>, asked: Value) -> Response {
    state.asked.lock().unwrap().push(asked);
    let mut reply = state.replies.lock().unwrap().pop_front().unwrap();
    state.arrived.add_permits(1);
    while let Reply::Held(inner) = reply {
        state.released.acquire().await.unwrap().forget();
        reply = *inner;
    }
    match reply {
        Reply::Whole(status, document) => {
            let status = axum::http::StatusCode::from_u16(status).unwrap();
            (status, axum::Json(document)).into_response()
        }
        Reply::Events(events) => {
            let pieces = events.into_iter().map(|event| Ok::<_, Infallible>(format!("data: {event}\n\n")));
            ([(CONTENT_TYPE, "text/event-stream")], Body::from_stream(stream::iter(pieces))).into_response()
        }
        Reply::Held(_) => unreachable!("it has been released"),
    }
}

/// Words, as one document.
pub(crate) fn says(text: &str) -> Reply {
    Reply::Whole(200, completion(json!({"role": "assistant", "content": text}), "stop"))
}

/// A call of a tool, as one document.
pub(crate) fn calls(tool: &str, arguments: &Value) -> Reply {
    let function = json!({"name": tool, "arguments": arguments.to_string()});
    let call = json!({"id": "call-1", "type": "function", "function": function});
    Reply::Whole(200, completion(json!({"role": "assistant", "content": null, "tool_calls": [call]}), "tool_calls"))
}

fn completion(message: Value, finish: &str) -> Value {
    let usage = json!({"prompt_tokens": 100, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 60}});
    json!({"id": "r", "model": "m", "usage": usage,
           "choices": [{"index": 0, "message": message, "finish_reason": finish}]})
}

/// Words, piece by piece, with a finish reason and usage behind them.
pub(crate) fn streams(pieces: &[&str]) -> Reply {
    let mut events: Vec<String> = pieces.iter().map(|piece| piece_of(piece)).collect();
    let finish = json!({"id": "r", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    let usage =
        json!({"id": "r", "model": "m", "choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 7}});
    events.extend([finish.to_string(), usage.to_string(), "[DONE]".to_owned()]);
    Reply::Events(events)
}

/// Words and then a call, piece by piece.
pub(crate) fn streams_a_call(words: &str, tool: &str, arguments: [&str; 2]) -> Reply {
    let call = |call: Value| {
        let choice = json!({"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": null});
        json!({"id": "r", "model": "m", "choices": [choice]}).to_string()
    };
    let function = json!({"name": tool, "arguments": arguments[0]});
    let finish =
        json!({"id": "r", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]});
    let usage =
        json!({"id": "r", "model": "m", "choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 7}});
    Reply::Events(vec![
        piece_of(words),
        call(json!({"index": 0, "id": "call-1", "type": "function", "function": function})),
        call(json!({"index": 0, "function": {"arguments": arguments[1]}})),
        finish.to_string(),
        usage.to_string(),
        "[DONE]".to_owned(),
    ])
}

/// Words, piece by piece, and then nothing more: neither a finish reason nor `[DONE]`.
pub(crate) fn breaks_off(pieces: &[&str]) -> Reply {
    Reply::Events(pieces.iter().map(|piece| piece_of(piece)).collect())
}

fn piece_of(text: &str) -> String {
    let choice = json!({"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": null});
    json!({"id": "r", "model": "m", "choices": [choice]}).to_string()
}
