//! How long a provider may be silent.

use std::time::Duration;

use loopwright_core::{Clock, ModelError};

use crate::http::{network, protocol, within};

/// How long a provider may be silent within one attempt. The deadline of the call stands above both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until the first byte of the answer: long, for models that think before they say anything.
    pub first_byte: Duration,
    /// Between two pieces of an answer that has begun.
    pub between: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { first_byte: Duration::from_secs(300), between: Duration::from_secs(60) }
    }
}

/// A body that is read piece by piece, within limits of time and size.
pub(crate) struct Body<'a> {
    response: &'a mut reqwest::Response,
    clock: &'a dyn Clock,
    patience: Patience,
    limit: usize,
    taken: usize,
}

impl<'a> Body<'a> {
    /// The body of `response`, of `limit` bytes at most.
    pub(crate) fn new(
        response: &'a mut reqwest::Response,
        clock: &'a dyn Clock,
        patience: Patience,
        limit: usize,
    ) -> Self {
        Self { response, clock, patience, limit, taken: 0 }
    }

    /// The next piece; `None` at a clean end.
    pub(crate) async fn piece(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, ModelError> {
        let (limit, missing) = match self.taken {
            0 => (self.patience.first_byte, "first byte of the answer"),
            _ => (self.patience.between, "further byte of the answer"),
        };
        let piece = async { self.response.chunk().await.map_err(network) };
        let piece = within(self.clock, limit, missing, piece).await?;
        self.taken += piece.as_ref().map_or(0, |piece| piece.len());
        if self.taken > self.limit {
            return Err(protocol(format!("the answer is longer than {} bytes", self.limit)));
        }
        Ok(piece)
    }

    /// All of it.
    pub(crate) async fn whole(mut self) -> Result<Vec<u8>, ModelError> {
        let mut whole = Vec::new();
        while let Some(piece) = self.piece().await? {
            whole.extend_from_slice(piece.as_ref());
        }
        Ok(whole)
    }
}
