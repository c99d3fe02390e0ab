//! Health: whether the process lives, whether it takes requests, and in words what it does.

use std::fmt::Write;

use axum::extract::State;
use axum::http::StatusCode;
use loopwright_report::{SIMULATED, counted};

use crate::Front;

/// `GET /livez`: it answers, so it lives.
pub(crate) async fn livez() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: whether requests are taken.
pub(crate) async fn readyz(State(front): State<Front>) -> (StatusCode, &'static str) {
    match front.inner.flights.are_open() {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "draining\n"),
    }
}

/// `GET /statusz`: what runs and what was done, for a person.
pub(crate) async fn statusz(State(front): State<Front>) -> String {
    let inner = &*front.inner;
    let state = if inner.flights.are_open() { "ready" } else { "draining" };
    let mut out = format!("loopwright {}: {state}\n\n", inner.version);
    for agent in inner.agents.values() {
        let (name, variant, model) = (&agent.spec.name, agent.spec.variant.short(), &agent.spec.model.reference);
        let _ = writeln!(out, "agent {name}: variant {variant}, model {model}, run {}", agent.log.run);
        if agent.model.is_simulated() {
            let _ = writeln!(out, "  {SIMULATED}");
        }
    }
    let failed = inner.metrics.failed();
    let numbers = [inner.metrics.answered(), failed.values().sum()];
    let [answered, failures] = numbers.map(|number| counted(number, "request", "requests"));
    let _ = writeln!(out, "\n{answered} answered, {failures} failed");
    for (code, number) in &failed {
        let _ = writeln!(out, "  {number}: {}", in_words(code));
    }
    let traces = &inner.traces;
    let [recorded, dropped] = [traces.recorded(), traces.dropped()].map(|number| counted(number, "trace", "traces"));
    let _ = writeln!(out, "{recorded} recorded, {dropped} dropped");
    if let Some(fault) = traces.fault() {
        let _ = writeln!(out, "the ledger refused the last of those: {fault}");
    }
    out
}

/// What is broken when answers fail with `code`.
fn in_words(code: &str) -> &str {
    match code {
        "unreachable" => "a model, or what an agent stands on, could not be reached",
        "deadline" => "no answer came in time",
        "rate_limited" => "a model's provider takes no more requests",
        "provider_refused_key" => "a model's provider refused the key that is used here, or there is none",
        "malformed" => "a model's provider sent what is no answer",
        "insufficient_quota" => "a budget is spent",
        "started_over" => "an answer broke off and came out differently the second time",
        "agent_failed" => "an agent failed by its own doing",
        "bad_request" | "context_length_exceeded" | "unsupported" => "a model cannot do what its caller asked for",
        other => other,
    }
}
