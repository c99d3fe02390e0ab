use super::{BoxFuture, LedgerError};
use crate::{ApiKey, Digest, KeyName};

/// The keys of the front door. One that was revoked stays on the ring, so that its name cannot come to mean another.
pub trait KeyRing: Send + Sync {
    /// Adds a key; `false` when its name is taken.
    fn add_key(&self, key: ApiKey) -> BoxFuture<'_, Result<bool, LedgerError>>;

    /// The key with this digest, valid or not.
    fn find_key(&self, digest: Digest) -> BoxFuture<'_, Result<Option<ApiKey>, LedgerError>>;

    /// All keys, valid or not, in the order in which they were added.
    fn keys(&self) -> BoxFuture<'_, Result<Vec<ApiKey>, LedgerError>>;

    /// Revokes a key at `now_ns`; `false` when there is none of this name. One that is revoked already stays as it is.
    fn revoke_key<'a>(&'a self, name: &'a KeyName, now_ns: u64) -> BoxFuture<'a, Result<bool, LedgerError>>;
}
