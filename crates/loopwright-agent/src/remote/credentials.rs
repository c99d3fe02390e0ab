//! What an attached agent behind a server is told of its caller: headers, and a key that is never told on.

use loopwright_model::{Access, Caller, CallerKey, Secret};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::ConnectError;
use crate::{EndpointCaller, RemoteError};

/// The caller, and what must not stand in a message.
pub(super) struct Credentials {
    pub(super) caller: Caller,
    pub(super) secret: Option<Secret>,
}

impl Credentials {
    /// What `given` says of the caller of `agent`, with the key that it names.
    pub(super) fn of(agent: &str, given: &EndpointCaller, access: &Access) -> Result<Self, ConnectError> {
        let headers = given.headers.iter().map(|(name, text)| header(agent, name, text));
        let mut headers = headers.collect::<Result<HeaderMap, _>>()?;
        let Some(variable) = &given.key_variable else {
            return Ok(Self { caller: Caller { key: CallerKey::Usual, headers }, secret: None });
        };
        let missing = || ConnectError::MissingKey { agent: agent.to_owned(), variable: variable.clone() };
        let secret = access.keys.get(variable).ok_or_else(missing)?.clone();
        let key = match &given.key_header {
            Some(name) => {
                let (name, mut value) = header(agent, name, secret.expose())?;
                value.set_sensitive(true);
                headers.insert(name, value);
                CallerKey::Unsent
            }
            None => CallerKey::Own(secret.clone()),
        };
        Ok(Self { caller: Caller { key, headers }, secret: Some(secret) })
    }
}

fn header(agent: &str, name: &str, text: &str) -> Result<(HeaderName, HeaderValue), ConnectError> {
    let pair = name.parse().ok().zip(HeaderValue::from_str(text).ok());
    pair.ok_or_else(|| ConnectError::Header { agent: agent.to_owned(), name: name.to_owned() })
}

/// The headers of `caller`, with its key as a bearer.
pub(super) fn with_bearer(caller: Caller) -> HeaderMap {
    let Caller { key, mut headers } = caller;
    // A secret is made of characters that a header can hold.
    if let CallerKey::Own(key) = key
        && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
    {
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    headers
}

/// `error` with the secret blacked out: a server may repeat what it was sent.
pub(super) fn redacted(error: RemoteError, secret: Option<&Secret>) -> RemoteError {
    let Some(secret) = secret else { return error };
    match error {
        RemoteError::Unreachable { message } => RemoteError::Unreachable { message: secret.redact(&message) },
        RemoteError::Failed { message } => RemoteError::Failed { message: secret.redact(&message) },
    }
}
