use super::{BoxFuture, LedgerError};

/// Budgets that are spent before the spending: what is about to be used is reserved, and settled afterwards.
pub trait Quota: Send + Sync {
    /// Sets the limit of the budget `key`, in its own unit (tokens, micro-dollars, calls).
    fn limit<'a>(&'a self, key: &'a str, limit: u64) -> BoxFuture<'a, Result<(), LedgerError>>;

    /// Sets `amount` aside from the budget `key`; a budget without a limit always grants.
    fn reserve<'a>(&'a self, key: &'a str, amount: u64) -> BoxFuture<'a, Result<Reservation, QuotaError>>;

    /// Replaces a reservation by what was really used.
    fn settle(&self, reservation: Reservation, used: u64) -> BoxFuture<'_, Result<(), LedgerError>>;
}

/// A part of a budget that is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The budget.
    pub key: String,
    /// How much.
    pub amount: u64,
}

/// A budget does not allow it.
#[derive(Debug, thiserror::Error)]
pub enum QuotaError {
    /// The rest is smaller than what is asked for.
    #[error("the budget `{key}` has {left} left, {asked} are needed")]
    Exhausted {
        /// The budget.
        key: String,
        /// What is left.
        left: u64,
        /// What was asked for.
        asked: u64,
    },
    /// The record of budgets failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}
