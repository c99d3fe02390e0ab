//! What a blessed baseline is called.

use std::fmt;
use std::str::FromStr;

/// The name of a blessed baseline. It is also that of a file, so it holds letters, digits, `-` and `_` alone.
///
/// ```
/// use loopwright::cli::BaselineName;
/// assert_eq!("v1-2".parse::<BaselineName>()?.as_str(), "v1-2");
/// assert!("../v1".parse::<BaselineName>().is_err());
/// # Ok::<(), loopwright::cli::ParseBaselineNameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineName(String);

/// The text cannot name a baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot name a baseline; use at most 100 letters, digits, `-` and `_`")]
pub struct ParseBaselineNameError(pub String);

impl BaselineName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BaselineName {
    type Err = ParseBaselineNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let is_name = (1..=100).contains(&text.len()) && text.chars().all(fits) && !text.starts_with('-');
        if is_name { Ok(Self(text.to_owned())) } else { Err(ParseBaselineNameError(text.to_owned())) }
    }
}

impl fmt::Display for BaselineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
