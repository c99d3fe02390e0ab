//! The HTTP client that every room shares, and what can go wrong with it.

use std::sync::Arc;
use std::time::Duration;

use loopwright_core::{Clock, ModelError, ModelErrorKind};
use reqwest::header::HeaderMap;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// TLS could not be set up.
    #[error("set up TLS")]
    Tls(#[from] rustls::Error),
    /// The client itself could not be made.
    #[error("make an HTTP client")]
    Client(#[from] reqwest::Error),
}

/// An HTTP/1.1 client: TLS by rustls with ring, trusting what the operating system trusts. It follows no redirect (a
/// key must not travel on), asks the environment for no proxy, and retries nothing by itself. Cheap to clone.
///
/// Where the system has no certificates, plain HTTP still works and HTTPS fails with an unknown issuer.
///
/// # Errors
/// [`HttpError`] when TLS or the client cannot be set up.
pub fn http_client() -> Result<reqwest::Client, HttpError> {
    http_client_with(HeaderMap::new())
}

/// The same, with `headers` in every request that does not set them itself.
///
/// # Errors
/// [`HttpError`] when TLS or the client cannot be set up.
pub fn http_client_with(headers: HeaderMap) -> Result<reqwest::Client, HttpError> {
    let builder = || {
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions()
    };
    let tls = match builder()?.with_platform_verifier() {
        Ok(trusting) => trusting.with_no_client_auth(),
        Err(_) => builder()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
    };
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(concat!("loopwright/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .connect_timeout(Duration::from_secs(15))
        .build()?;
    Ok(client)
}

/// Waits for `work`, at most `limit` of the clock's time; `missing` says what did not come.
pub(crate) async fn within<T>(
    clock: &dyn Clock,
    limit: Duration,
    missing: &str,
    work: impl Future<Output = Result<T, ModelError>>,
) -> Result<T, ModelError> {
    tokio::select! {
        biased;
        done = work => done,
        () = clock.sleep(limit) => {
            let message = format!("no {missing} within {:.1} s", limit.as_secs_f64());
            Err(ModelError { kind: ModelErrorKind::Timeout, message, status: None })
        }
    }
}

/// A body could not be read whole.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The connection broke.
    #[error("{message}")]
    Broken {
        /// What happened.
        message: String,
    },
    /// It does not end where it should.
    #[error("the answer is longer than {limit} bytes")]
    TooLong {
        /// The longest that is read, in bytes.
        limit: usize,
    },
}

/// Reads a body whole, of `limit` bytes at most.
///
/// # Errors
/// [`BodyError`] when the connection breaks or the body is longer.
pub async fn whole_body(response: &mut reqwest::Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(broken)? {
        if body.len() + piece.len() > limit {
            return Err(BodyError::TooLong { limit });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

fn broken(error: reqwest::Error) -> BodyError {
    BodyError::Broken { message: connection_fault(error) }
}

impl From<BodyError> for ModelError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Broken { message } => Self { kind: ModelErrorKind::Network, message, status: None },
            BodyError::TooLong { .. } => protocol(error.to_string()),
        }
    }
}

/// The beginning of a body, however it ends and at most `patience` after its last piece: for error messages.
pub(crate) async fn start_of_body(
    response: &mut reqwest::Response,
    clock: &dyn Clock,
    patience: Duration,
    limit: usize,
) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let piece = async { response.chunk().await.map_err(network) };
        let Ok(Some(piece)) = within(clock, patience, "further byte", piece).await else { return body };
        let room = limit - body.len();
        body.extend_from_slice(&piece[..piece.len().min(room)]);
        if body.len() == limit {
            return body;
        }
    }
}

/// What broke a connection, with its causes and without the address: that may hold what is not to be told.
pub fn connection_fault(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(deeper) = cause {
        said.push_str(&format!(": {deeper}"));
        cause = deeper.source();
    }
    said
}

/// A fault of the connection, as that of a model.
pub(crate) fn network(error: reqwest::Error) -> ModelError {
    let kind = if error.is_timeout() { ModelErrorKind::Timeout } else { ModelErrorKind::Network };
    ModelError { kind, message: connection_fault(error), status: None }
}

/// A fault of what was said over the connection.
pub(crate) fn protocol(message: impl Into<String>) -> ModelError {
    ModelError { kind: ModelErrorKind::Protocol, message: message.into(), status: None }
}
