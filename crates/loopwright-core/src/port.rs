//! The ports: what the rooms ask of the world outside, as dyn-safe traits over boxed std futures.

mod clock;
mod key_ring;
mod ledger;
mod model;
mod queue;
mod quota;

use std::future::Future;
use std::pin::Pin;

pub use clock::{Clock, VirtualClock};
pub use key_ring::KeyRing;
pub use ledger::{Fact, Lack, Ledger, LedgerError, RunQuery, ScoreQuery, TrialQuery};
pub use model::{CallEvent, DeltaSink, Embeddings, Model, ModelCall, ModelError, ModelErrorKind, ModelInfo};
pub use queue::{Commit, Job, JobKind, JobLease, JobStatus, Lease, Progress, Queue};
pub use quota::{Quota, QuotaError, Reservation};

/// A boxed future, as every port returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
