//! The ticket of a request: the names under which it can be found again.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use loopwright_core::{RequestId, Seed, TraceId, TrialKey};

use crate::Front;
use crate::protocol::Protocol;
use crate::refusal::Refusal;

/// The name that the caller, or the front, gave the request.
pub(crate) const REQUEST: HeaderName = HeaderName::from_static("x-request-id");
/// The trace that the request belongs to: the caller's, where `traceparent` names one.
pub(crate) const TRACE: HeaderName = HeaderName::from_static("x-trace-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const TRACEPARENT: &str = "traceparent";

/// The longest name of a request that is taken over from a caller, in bytes.
const LONGEST: usize = 128;

/// The names of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// The name as the caller knows it.
    pub(crate) shown: String,
    /// The trace that it belongs to, 32 hexadecimal digits.
    pub(crate) trace: String,
    /// The trial that it is.
    pub(crate) key: TrialKey,
}

impl Ticket {
    /// The ticket of the `number`-th request of a front. A caller who tries again often uses the same name, and each try
    /// is a trial of its own: so the trial's key holds a number of the front as well.
    pub(crate) fn new(headers: &HeaderMap, seed: Seed, number: u64) -> Option<Self> {
        let own = seed.derive("request", &[&number.to_le_bytes()]);
        let (shown, request) = match given(headers) {
            Some(shown) => (shown.to_owned(), format!("{shown}#{own:016x}", own = own.0)),
            None => (format!("req-{:016x}", own.0), format!("req-{:016x}", own.0)),
        };
        let key = TrialKey::served(&RequestId::new(request).ok()?);
        let trace = caller_trace(headers).map_or_else(|| TraceId::of(&key.0).as_str().to_owned(), str::to_owned);
        Some(Self { shown, trace, key })
    }
}

/// The name that the caller gave, if it can stand in a header and in the ledger.
fn given(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(REQUEST)?.to_str().ok()?;
    (given.len() <= LONGEST && RequestId::new(given).is_ok()).then_some(given)
}

/// The trace of a W3C `traceparent` (level 1): `version-trace-parent-flags`.
fn caller_trace(headers: &HeaderMap) -> Option<&str> {
    let mut fields = headers.get(TRACEPARENT)?.to_str().ok()?.split('-');
    let (version, trace, parent, flags) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let is_hex = |field: &str, length: usize| {
        field.len() == length && field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_id = |field: &str, length: usize| is_hex(field, length) && field.bytes().any(|byte| byte != b'0');
    let known = is_hex(version, 2) && version != "ff" && (version != "00" || fields.next().is_none());
    (known && is_id(trace, 32) && is_id(parent, 16) && is_hex(flags, 2)).then_some(trace)
}

/// Gives the request its ticket, every answer the names on it, and every refusal the shape of the protocol.
pub(crate) async fn identify(State(front): State<Front>, mut request: Request, next: Next) -> Response {
    let number = front.inner.identified.fetch_add(1, Ordering::Relaxed);
    let Some(ticket) = Ticket::new(request.headers(), front.inner.seed, number) else {
        return next.run(request).await;
    };
    request.extensions_mut().insert(ticket.clone());
    let path = request.uri().path().to_owned();
    let protocol = Protocol::at(&path);
    let mut response = next.run(request).await;
    front.inner.metrics.response(&path, response.status().as_u16());
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        *response.body_mut() = Json(protocol.refusal(&refusal, &ticket.shown)).into_response().into_body();
    }
    // Anthropic's clients look for the name of a request under a header of their own.
    for (name, text) in [(REQUEST, &ticket.shown), (REQUEST_ID, &ticket.shown), (TRACE, &ticket.trace)] {
        if let Ok(value) = HeaderValue::from_str(text) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn ticket(headers: &[(&'static str, &str)]) -> Ticket {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap()));
        Ticket::new(&headers.collect(), Seed(1), 0).unwrap()
    }

    #[test]
    fn a_name_is_taken_over_or_made() {
        assert_eq!(ticket(&[("x-request-id", "order-7")]).shown, "order-7");
        for bad in ["two words", "", "é", &"x".repeat(129)] {
            assert!(ticket(&[("x-request-id", bad)]).shown.starts_with("req-"), "{bad}");
        }
    }

    #[test]
    fn each_try_is_a_trial_of_its_own() {
        let headers: HeaderMap = [(REQUEST, HeaderValue::from_static("order-7"))].into_iter().collect();
        let keys = [0, 1].map(|number| Ticket::new(&headers, Seed(1), number).unwrap().key);
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn a_trace_is_gone_on_with_when_it_is_well_formed() {
        assert_eq!(ticket(&[("traceparent", PARENT)]).trace, &PARENT[3..35]);
        let own = ticket(&[]).trace;
        assert_eq!(own.len(), 32);
        let faults = [
            PARENT.replacen("00", "ff", 1),
            PARENT.replace("4bf9", "4BF9"),
            PARENT.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            format!("{PARENT}-more"),
            PARENT[..54].to_owned(),
        ];
        for fault in faults {
            assert_eq!(ticket(&[("traceparent", &fault)]).trace, own, "{fault}");
        }
        assert_eq!(ticket(&[("traceparent", &format!("01{}-more", &PARENT[2..]))]).trace, &PARENT[3..35]);
    }
}
