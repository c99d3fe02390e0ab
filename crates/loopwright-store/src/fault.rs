//! Why a request to the database failed, before it is known to the outside as a [`LedgerError`].

use std::sync::Arc;

use loopwright_core::LedgerError;
use rusqlite::ErrorCode;

/// Why a request failed. Cheap to clone: all requests of one transaction fail together.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// SQLite said no.
    Engine(Arc<rusqlite::Error>),
    /// What stands in the file cannot be understood.
    Unreadable(String),
    /// The request itself cannot be recorded.
    Refused(String),
    /// The thread that would answer has ended.
    Stopped,
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Engine(Arc::new(error))
    }
}

/// A request that cannot be recorded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refusal(String);

impl Fault {
    /// Whether another process was in the way.
    pub(crate) fn is_busy(&self) -> bool {
        let busy = |code| matches!(code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked);
        matches!(self, Self::Engine(error) if error.sqlite_error_code().is_some_and(busy))
    }

    /// The same for the outside; `place` is the file.
    pub(crate) fn at(self, place: &str) -> LedgerError {
        let place = place.to_owned();
        if self.is_busy() {
            return LedgerError::Busy { place };
        }
        match self {
            Self::Engine(error) => match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                    LedgerError::Corrupt { place, message: error.to_string() }
                }
                _ => LedgerError::Engine { place, source: Box::new(error) },
            },
            Self::Unreadable(message) => LedgerError::Corrupt { place, message },
            Self::Refused(message) => LedgerError::Engine { place, source: Box::new(Refusal(message)) },
            Self::Stopped => {
                let message = "the thread that serves it has ended".to_owned();
                LedgerError::Engine { place, source: Box::new(Refusal(message)) }
            }
        }
    }
}
