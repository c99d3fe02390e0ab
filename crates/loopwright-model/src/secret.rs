//! A secret, such as a provider's key: never printed, never serialised.

use std::fmt;

/// A secret. `Debug` and `Display` print `***`; only [`Secret::expose`] gives it away.
///
/// ```
/// let key = loopwright_model::Secret::new("sk-1234\n")?;
/// assert_eq!((format!("{key:?} {key}").as_str(), key.expose()), ("*** ***", "sk-1234"));
/// # Ok::<(), loopwright_model::SecretError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// The text cannot serve as a key. The message never holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nothing but white space.
    #[error("the key is empty")]
    Empty,
    /// A character that cannot stand in an HTTP header.
    #[error("the key holds white space or a character that is not ASCII; was it copied whole?")]
    Character,
}

impl Secret {
    /// Takes `text` without the white space around it.
    ///
    /// # Errors
    /// [`SecretError`] when it is empty or could not stand in an HTTP header.
    pub fn new(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SecretError::Empty);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SecretError::Character);
        }
        Ok(Self(text.to_owned()))
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `text` with the secret blacked out, wherever it stands.
    pub fn redact(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_no_header_can_hold() {
        assert_eq!(Secret::new(" \n"), Err(SecretError::Empty));
        assert_eq!(Secret::new("sk\r\nx: y"), Err(SecretError::Character));
        assert_eq!(Secret::new("sk-é"), Err(SecretError::Character));
    }

    #[test]
    fn is_blacked_out_of_messages() {
        assert_eq!(Secret::new("sk-1").unwrap().redact("bad key sk-1."), "bad key ***.");
    }
}
