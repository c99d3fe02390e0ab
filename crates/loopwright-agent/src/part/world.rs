use loopwright_core::{Digest, Variant};
use serde::{Deserialize, Serialize};

use super::PartError;

/// Which seed script the tools act on (part `world`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldPart {
    /// The seed script's path within the project.
    pub source: String,
    /// Digest of its text.
    pub digest: Digest,
}

impl WorldPart {
    /// The part `world` of `variant`, if it has one.
    ///
    /// # Errors
    /// When the part does not have its form.
    pub fn of(variant: &Variant) -> Result<Option<Self>, PartError> {
        super::read(variant, "world")
    }
}
