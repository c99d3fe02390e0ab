//! Who may come in.

use std::hint::black_box;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use loopwright_core::Digest;
use loopwright_model::Secret;

use crate::Front;
use crate::refusal::Refusal;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The address can be reached from elsewhere, and no key is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("listen on `{address}`: others can reach it, so it needs a key")]
pub struct Exposed {
    /// The address.
    pub address: SocketAddr,
}

/// Whether a front that asks for `key` may listen on `address`.
///
/// # Errors
/// [`Exposed`] when others than this machine could reach it and no key is asked for.
pub fn check_exposure(address: SocketAddr, key: Option<&Secret>) -> Result<(), Exposed> {
    if address.ip().to_canonical().is_loopback() || key.is_some() { Ok(()) } else { Err(Exposed { address }) }
}

/// Lets in whoever shows the key; where there is none, whoever asks for this machine by a name of its own.
pub(crate) async fn admit(State(front): State<Front>, request: Request, next: Next) -> Result<Response, Refusal> {
    match &front.inner.key {
        Some(key) if !shows(request.headers(), key) => {
            let message = "the key is missing or wrong; send `Authorization: Bearer KEY`, or `x-api-key: KEY`";
            Err(Refusal::new(StatusCode::UNAUTHORIZED, "invalid_api_key", message))
        }
        None if !asks_for_loopback(request.headers()) => {
            let message = "without a key only `localhost` is served; give the server a key";
            Err(Refusal::new(StatusCode::FORBIDDEN, "foreign_host", message))
        }
        _ => Ok(next.run(request).await),
    }
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
        let key = Secret::new("k").unwrap();
        for inner in ["127.0.0.1:0", "[::1]:0", "[::ffff:127.0.0.1]:0"] {
            assert_eq!(check_exposure(inner.parse().unwrap(), None), Ok(()), "{inner}");
        }
        for outer in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
            let address = outer.parse().unwrap();
            assert_eq!(check_exposure(address, None), Err(Exposed { address }));
            assert_eq!(check_exposure(address, Some(&key)), Ok(()));
        }
    }
}
