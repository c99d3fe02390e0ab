//! Serving: a front on a listener, until it is told to drain.

use std::net::SocketAddr;
use std::time::Duration;

use axum::serve::ListenerExt;
use loopwright_core::LedgerError;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::guard::{Exposed, check_exposure};
use crate::{Front, router};

/// How long callers have to read what was sent to them, once all runs have ended.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The front cannot serve, or could not end as it should.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Others could reach it, and no key is asked for.
    #[error(transparent)]
    Exposed(#[from] Exposed),
    /// The listener failed.
    #[error("listen for requests")]
    Listen(#[source] std::io::Error),
    /// The end of the runs cannot be recorded.
    #[error("end the record of served requests")]
    Ledger(#[source] LedgerError),
}

/// Answers requests on `listener` until `drain` is done. Then the front is unready and refuses new requests while those
/// under way end, for as long as [`crate::Bounds::drain`] allows; the listener closes; the traces that wait are written,
/// and the runs end in the ledger.
///
/// # Errors
/// [`ServeError`] when the address can be reached from elsewhere and no key is asked for, the listener fails, or the
/// ledger cannot be written at the end.
pub async fn serve(
    listener: TcpListener,
    front: Front,
    drain: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address: SocketAddr = listener.local_addr().map_err(ServeError::Listen)?;
    check_exposure(address, front.inner.is_locked)?;
    // A piece of an answer is sent when it is there, not when a packet is full. Where that cannot be had it comes later.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let (landed, has_landed) = oneshot::channel();
    let landing = front.clone();
    let served = axum::serve(listener, router(front.clone())).with_graceful_shutdown(async move {
        drain.await;
        landing.land().await;
        let _ = landed.send(());
    });
    let clock = front.inner.clock.clone();
    let patience = async move {
        match has_landed.await {
            Ok(()) => clock.sleep(LAST_WORDS).await,
            Err(_) => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        ended = served => ended,
        () = patience => Ok(()),
    };
    front.close().await.map_err(ServeError::Ledger)?;
    ended.map_err(ServeError::Listen)
}
