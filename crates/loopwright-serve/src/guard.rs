//! Who may come in.

use std::hint::black_box;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use loopwright_core::{ApiKey, Digest};
use loopwright_model::Secret;

use crate::Front;
use crate::caller::Caller;
use crate::front::Inner;
use crate::refusal::Refusal;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The address can be reached from elsewhere, and no key is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("listen on `{address}`: others can reach it, so it needs a key")]
pub struct Exposed {
    /// The address.
    pub address: SocketAddr,
}

/// Whether a front may listen on `address`; `is_locked` when it asks for keys.
///
/// # Errors
/// [`Exposed`] when others than this machine could reach it and no key is asked for.
pub fn check_exposure(address: SocketAddr, is_locked: bool) -> Result<(), Exposed> {
    if address.ip().to_canonical().is_loopback() || is_locked { Ok(()) } else { Err(Exposed { address }) }
}

/// Lets in whoever shows a key; where none is asked for, whoever asks for this machine by a name of its own.
pub(crate) async fn admit(State(front): State<Front>, mut request: Request, next: Next) -> Result<Response, Refusal> {
    let caller = caller(&front.inner, request.headers()).await?;
    caller.check_may_see(request.uri().path())?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

async fn caller(front: &Inner, headers: &HeaderMap) -> Result<Caller, Refusal> {
    if !front.is_locked {
        return if asks_for_loopback(headers) { Ok(Caller::Owner) } else { Err(foreign()) };
    }
    if front.key.as_ref().is_some_and(|key| shows(headers, key)) {
        return Ok(Caller::Owner);
    }
    let Some(shown) = shown(headers).and_then(|shown| std::str::from_utf8(shown).ok()) else { return Err(no_key()) };
    match front.ring.find_key(ApiKey::digest_of(shown)).await {
        Ok(Some(key)) if key.is_valid_at(front.clock.now_ns()) => Ok(Caller::Holder(Arc::new(key))),
        Ok(Some(key)) => Err(unauthorized(format!("the key `{}` was revoked, or has expired", key.name))),
        Ok(None) => Err(no_key()),
        Err(_) => Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "keys_unread", "the keys cannot be read now")),
    }
}

fn foreign() -> Refusal {
    let message = "without a key only `localhost` is served; give the server a key";
    Refusal::new(StatusCode::FORBIDDEN, "foreign_host", message)
}

fn no_key() -> Refusal {
    unauthorized("the key is missing or wrong; send `Authorization: Bearer KEY`, or `x-api-key: KEY`")
}

fn unauthorized(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "invalid_api_key", message)
}

fn shows(headers: &HeaderMap, key: &Secret) -> bool {
    shown(headers).is_some_and(|shown| is_same(shown, key.expose().as_bytes()))
}

/// The key that is shown, where clients of OpenAI's protocols send it, else where those of Anthropic's do.
fn shown(headers: &HeaderMap) -> Option<&[u8]> {
    let bearer = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes()).unwrap_or_default();
    let bearer = bearer.split_at_checked("Bearer ".len()).filter(|(kind, _)| kind.eq_ignore_ascii_case(b"Bearer "));
    bearer.map(|(_, shown)| shown).or_else(|| headers.get(API_KEY).map(|value| value.as_bytes()))
}

/// Takes the same time whatever the two have in common. The digests are of one length whatever the key's.
fn is_same(shown: &[u8], key: &[u8]) -> bool {
    let (shown, key) = (Digest::of_bytes(shown), Digest::of_bytes(key));
    let pairs = shown.as_bytes().iter().zip(key.as_bytes());
    pairs.fold(0, |differing, (a, b)| black_box(differing | (a ^ b))) == 0
}

/// A page in a browser can be made to reach the loopback under a name of its own ("DNS rebinding"); that name then
/// stands in `Host`.
fn asks_for_loopback(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else { return true };
    let authority = Authority::try_from(host.as_bytes());
    authority.is_ok_and(|authority| {
        let host = authority.host().trim_matches(['[', ']']);
        host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        [(name, HeaderValue::from_static(value))].into_iter().collect()
    }

    #[test]
    fn only_the_whole_key_is_the_key() {
        let key = Secret::new("sk-1234").unwrap();
        let shows = |value| shows(&headers(header::AUTHORIZATION, value), &key);
        assert!(shows("Bearer sk-1234") && shows("bearer sk-1234"));
        for wrong in ["sk-1234", "Bearer sk-123", "Bearer sk-12345", "Bearer  sk-1234", "Bearer", "", "Basic sk-1234"] {
            assert!(!shows(wrong), "{wrong}");
        }
        assert!(!super::shows(&HeaderMap::new(), &key));
        assert!(super::shows(&headers(API_KEY, "sk-1234"), &key));
        assert!(!super::shows(&headers(API_KEY, "sk-12345"), &key));
    }

    #[test]
    fn names_of_this_machine_are_few() {
        for own in ["localhost", "LOCALHOST:8484", "127.0.0.1:8484", "127.8.0.1", "[::1]:8484"] {
            assert!(asks_for_loopback(&headers(header::HOST, own)), "{own}");
        }
        for foreign in ["localhost.example", "example.com:8484", "192.168.0.1", "[2001:db8::1]", "a b"] {
            assert!(!asks_for_loopback(&headers(header::HOST, foreign)), "{foreign}");
        }
    }

    #[test]
    fn beyond_the_loopback_a_key_is_needed() {
        for inner in ["127.0.0.1:0", "[::1]:0", "[::ffff:127.0.0.1]:0"] {
            assert_eq!(check_exposure(inner.parse().unwrap(), false), Ok(()), "{inner}");
        }
        for outer in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
            let address = outer.parse().unwrap();
            assert_eq!(check_exposure(address, false), Err(Exposed { address }));
            assert_eq!(check_exposure(address, true), Ok(()));
        }
    }
}
