//! Health: whether the process lives, whether it takes requests, and in words what it does.

use std::fmt::Write;
use std::sync::atomic::Ordering;

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
    let (answered, failed) = (&inner.counts.answered, &inner.counts.failed);
    let [answered, failed] =
        [answered, failed].map(|count| counted(count.load(Ordering::Relaxed), "request", "requests"));
    let _ = writeln!(out, "\n{answered} answered, {failed} failed");
    let traces = &inner.traces;
    let [recorded, dropped] = [traces.recorded(), traces.dropped()].map(|number| counted(number, "trace", "traces"));
    let _ = writeln!(out, "{recorded} recorded, {dropped} dropped");
    if let Some(fault) = traces.fault() {
        let _ = writeln!(out, "the ledger refused the last of those: {fault}");
    }
    out
}
