//! A key of the front door, as it is kept.

use serde::Serialize;

use crate::{Digest, KeyName};

/// A key that callers of served agents show, without the key itself: of that its digest alone is kept.
///
/// A slow hash is for passwords, which people choose and others guess. These keys are 256 random bits, so whoever reads
/// the digests has as many to guess whatever a guess costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    /// What it is called.
    pub name: KeyName,
    /// The digest of the key, as [`ApiKey::digest_of`] makes it.
    #[serde(skip)]
    pub digest: Digest,
    /// The agents, aliases and models that it opens, by name; `openai:*` is all models of a provider. Empty for all.
    pub scope: Vec<String>,
    /// When it was added, nanoseconds since the Unix epoch.
    pub added_ns: u64,
    /// From when on it opens nothing.
    pub expires_ns: Option<u64>,
    /// When it was revoked.
    pub revoked_ns: Option<u64>,
}

impl ApiKey {
    /// What is kept of the key `shown`.
    pub fn digest_of(shown: &str) -> Digest {
        Digest::of_fields("loopwright key of the front door", &[shown.as_bytes()])
    }

    /// Whether it opens anything at `now_ns`.
    pub fn is_valid_at(&self, now_ns: u64) -> bool {
        self.revoked_ns.is_none() && self.expires_ns.is_none_or(|end| now_ns < end)
    }

    /// Whether it opens the agent, alias or model called `name`.
    pub fn opens(&self, name: &str) -> bool {
        let is_one_of = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == pattern,
        };
        self.scope.is_empty() || self.scope.iter().any(is_one_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(scope: &[&str], expires_ns: Option<u64>) -> ApiKey {
        let scope = scope.iter().map(|name| (*name).to_owned()).collect();
        let (name, digest) = (KeyName::new("app").unwrap(), ApiKey::digest_of("lw-1"));
        ApiKey { name, digest, scope, added_ns: 1, expires_ns, revoked_ns: None }
    }

    #[test]
    fn a_key_opens_what_it_names() {
        let some = key(&["support", "openai:*"], None);
        assert!(some.opens("support") && some.opens("openai:gpt-5"));
        assert!(!some.opens("support-2") && !some.opens("openrouter:x") && !some.opens(""));
        assert!(key(&[], None).opens("anything"));
    }

    #[test]
    fn a_key_ends_when_it_expires_or_is_revoked() {
        let ends = key(&[], Some(9));
        assert!(ends.is_valid_at(8) && !ends.is_valid_at(9));
        assert!(key(&[], None).is_valid_at(u64::MAX));
        assert!(!ApiKey { revoked_ns: Some(5), ..key(&[], None) }.is_valid_at(6));
    }
}
