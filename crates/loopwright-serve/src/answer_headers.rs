//! The headers of an answer: which trial it is, what it cost, and what a user should know about it.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use loopwright_core::{Cost, TrialKey};

const TRIAL: HeaderName = HeaderName::from_static("x-loopwright-trial");
const SIMULATED: HeaderName = HeaderName::from_static("x-loopwright-simulated");
const PASSED_OVER: HeaderName = HeaderName::from_static("x-loopwright-passed-over");
const STATUS: HeaderName = HeaderName::from_static("x-loopwright-status");
const ATTEMPTS: HeaderName = HeaderName::from_static("x-loopwright-attempts");
const INPUT_TOKENS: HeaderName = HeaderName::from_static("x-loopwright-input-tokens");
const OUTPUT_TOKENS: HeaderName = HeaderName::from_static("x-loopwright-output-tokens");
const MICRO_DOLLARS: HeaderName = HeaderName::from_static("x-loopwright-micro-dollars");

/// The headers that every answer has.
pub(crate) fn names(simulated: bool, key: &TrialKey, passed_over: &[&str]) -> HeaderMap {
    let mut names = HeaderMap::new();
    put(&mut names, TRIAL, &key.to_string()[..16]);
    if simulated {
        put(&mut names, SIMULATED, "true");
    }
    if !passed_over.is_empty() {
        put(&mut names, PASSED_OVER, &passed_over.join(", "));
    }
    names
}

/// How it went and what it cost. A price that is not known is said to be unknown.
pub(crate) fn spent(cost: &Cost, attempts: u32, status: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Cost { usage, money, .. } = cost;
    put(&mut headers, STATUS, &if status.is_empty() { "ok".to_owned() } else { status.join(", ") });
    put(&mut headers, ATTEMPTS, &attempts.to_string());
    put(&mut headers, INPUT_TOKENS, &usage.input().to_string());
    put(&mut headers, OUTPUT_TOKENS, &usage.output().to_string());
    put(&mut headers, MICRO_DOLLARS, &money.map_or("unknown".to_owned(), |money| money.0.to_string()));
    headers
}

fn put(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}
