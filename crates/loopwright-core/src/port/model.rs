use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::BoxFuture;
use crate::{ChatRequest, ChatResponse, Cost, Delta, Seed};

/// Something that answers chat requests.
pub trait Model: Send + Sync {
    /// What is known of it before any call.
    fn info(&self) -> ModelInfo;

    /// Answers `call.request`.
    fn chat<'a>(&'a self, call: ModelCall<'a>) -> BoxFuture<'a, Result<ChatResponse, ModelError>>;

    /// Embeds `texts`, one vector each, in order.
    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Embeddings, ModelError>> {
        let _ = texts;
        let message = "this model makes no embeddings".to_owned();
        Box::pin(std::future::ready(Err(ModelError { kind: ModelErrorKind::Unsupported, message, status: None })))
    }
}

/// Vectors for texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    /// One vector a text, all of one length.
    pub vectors: Vec<Vec<f32>>,
    /// What they cost.
    pub cost: Cost,
}

/// One call of a model.
pub struct ModelCall<'a> {
    /// What is asked.
    pub request: &'a ChatRequest,
    /// Where the model's luck comes from, where that can be chosen.
    pub seed: Seed,
    /// Time that is left for the call, retries included.
    pub deadline: Option<Duration>,
    /// Who wants to see the answer grow. A retry that starts over is announced by [`DeltaSink::restart`].
    pub deltas: Option<&'a mut dyn DeltaSink>,
}

/// Listens to an answer while it grows.
pub trait DeltaSink: Send {
    /// The next piece.
    fn delta(&mut self, delta: Delta);

    /// What was sent so far is void: the answer starts over. Calls of this are the attempts less one.
    fn restart(&mut self) {}

    /// Whether the pieces are of use. A sink that only counts restarts says no, and the answer need not be streamed.
    fn wants_pieces(&self) -> bool {
        true
    }

    /// Whether what was sent can still be taken back. Where it cannot, no attempt follows one of which pieces were sent.
    fn can_restart(&self) -> bool {
        true
    }

    /// Something happened on the way to the answer that whoever answers for it may want to tell.
    fn happened(&mut self, event: CallEvent) {
        let _ = event;
    }
}

/// What happens on the way to an answer, beside the answer: for a server's headers and for traces.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CallEvent {
    /// An attempt failed, and the same model is asked again.
    Retried {
        /// The failure.
        error: ModelError,
        /// How long is waited before.
        wait: Duration,
    },
    /// The call waited until there was a place for it.
    Queued {
        /// How long.
        waited: Duration,
    },
    /// One of several models was chosen.
    Chosen {
        /// Its reference.
        model: String,
    },
    /// A model failed, and the next one is asked in its place.
    FellBack {
        /// The one that failed, by its reference.
        from: String,
        /// The next one.
        to: String,
        /// The failure.
        error: ModelError,
    },
    /// A model's answer was not good enough by rule, and a stronger one is asked.
    Escalated {
        /// The first one, by its reference.
        from: String,
        /// The stronger one.
        to: String,
        /// What was wrong with the answer.
        why: String,
    },
    /// No answer came in the usual time, and a second call was sent beside the first.
    Hedged {
        /// The reference of the model that got the second call.
        to: String,
        /// How long the first had been out.
        after: Duration,
    },
}

/// Nobody listens where there is none: then pieces are of no use, and all can be taken back.
impl DeltaSink for Option<&mut (dyn DeltaSink + '_)> {
    fn delta(&mut self, delta: Delta) {
        if let Some(sink) = self {
            sink.delta(delta);
        }
    }

    fn restart(&mut self) {
        if let Some(sink) = self {
            sink.restart();
        }
    }

    fn wants_pieces(&self) -> bool {
        self.as_ref().is_some_and(|sink| sink.wants_pieces())
    }

    fn can_restart(&self) -> bool {
        self.as_ref().is_none_or(|sink| sink.can_restart())
    }

    fn happened(&mut self, event: CallEvent) {
        if let Some(sink) = self {
            sink.happened(event);
        }
    }
}

/// What is known of a model before any call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// The reference it was made from, such as `standin:small`.
    pub reference: String,
    /// Whether it only simulates a language model.
    pub simulated: bool,
    /// Tokens it can read and write in one call; `None` when unknown.
    pub window: Option<u64>,
    /// Whether its calls have a known price.
    pub priced: bool,
}

/// A call of a model failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    /// What kind of failure.
    pub kind: ModelErrorKind,
    /// What happened, for a person.
    pub message: String,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
}

/// The kinds of failure of a model call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelErrorKind {
    /// No connection, or it broke.
    Network,
    /// No answer in time.
    Timeout,
    /// Too many requests; the provider may say when to come back.
    RateLimited {
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The provider is in trouble (5xx).
    Provider,
    /// More is asked of it than it can do now, or it failed so often that it is left alone for a while.
    Overloaded {
        /// When it may be asked again.
        retry_after: Option<Duration>,
    },
    /// The key is missing or refused.
    Auth,
    /// The request is wrong (4xx).
    BadRequest,
    /// The request is longer than the model's window.
    ContextOverflow,
    /// The answer does not keep the protocol.
    Protocol,
    /// A budget does not allow the call.
    Budget,
    /// The provider's policy does not allow the request.
    Policy,
    /// The model cannot do this.
    Unsupported,
}

impl ModelErrorKind {
    /// Whether trying again may help.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Network
                | Self::Timeout
                | Self::RateLimited { .. }
                | Self::Provider
                | Self::Overloaded { .. }
                | Self::Protocol
        )
    }

    /// How long to wait before trying again, where that was said.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Overloaded { retry_after } => *retry_after,
            _ => None,
        }
    }

    /// Whether the request itself is at fault, and so whoever wrote it; every other kind says nothing about them.
    pub fn blames_request(&self) -> bool {
        matches!(self, Self::BadRequest | Self::ContextOverflow | Self::Policy | Self::Unsupported)
    }
}
