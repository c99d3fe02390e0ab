//! A model that knows nothing and takes a fixed time to say so: `cargo run --release --example mock_model -- [ms]`.
//!
//! It speaks OpenAI chat completions on a free loopback port, which it prints, and holds a process of its own, so that
//! what the measured programs use is theirs alone; `/v1/counts` tells what it has seen. Asked about `item N` it answers
//! `blue`, and `red` for every fourth N.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends at the first fault and prints")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde_json::{Value, json};

/// What the model takes, and what it has seen.
#[derive(Default)]
struct Mock {
    latency: Duration,
    requests: AtomicU64,
    in_flight: AtomicU64,
    most_in_flight: AtomicU64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let milliseconds = std::env::args().nth(1).map_or(0, |text| text.parse().unwrap());
    let mock = Arc::new(Mock { latency: Duration::from_millis(milliseconds), ..Mock::default() });
    let router =
        Router::new().route("/v1/chat/completions", post(answer)).route("/v1/counts", get(counts)).with_state(mock);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
    axum::serve(listener, router).await.unwrap();
}

async fn counts(State(mock): State<Arc<Mock>>) -> Json<Value> {
    let [requests, most] = [&mock.requests, &mock.most_in_flight].map(|count| count.load(Ordering::Relaxed));
    Json(json!({"requests": requests, "most_in_flight": most}))
}

async fn answer(State(mock): State<Arc<Mock>>, Json(request): Json<Value>) -> Json<Value> {
    mock.requests.fetch_add(1, Ordering::Relaxed);
    let in_flight = mock.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
    mock.most_in_flight.fetch_max(in_flight, Ordering::Relaxed);
    // A sleep of nothing still waits for the next tick of the timer.
    if !mock.latency.is_zero() {
        tokio::time::sleep(mock.latency).await;
    }
    mock.in_flight.fetch_sub(1, Ordering::Relaxed);
    let content = format!("Item {0} is {1}.", number(&request), colour(number(&request)));
    Json(json!({
        "id": "chatcmpl-mock", "object": "chat.completion", "created": 0, "model": "mock",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17},
    }))
}

/// The number in the last message.
fn number(request: &Value) -> u64 {
    let content = &request["messages"].as_array().unwrap().last().unwrap()["content"];
    let text = content.as_str().map_or_else(|| content.to_string(), str::to_owned);
    let digits: Vec<&str> = text.split(|letter: char| !letter.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    digits.last().unwrap().parse().unwrap()
}

fn colour(number: u64) -> &'static str {
    if number.is_multiple_of(4) { "red" } else { "blue" }
}
