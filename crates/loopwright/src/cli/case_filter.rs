//! Which cases are meant, typed as a tag, a group or a key.

use std::str::FromStr;

use globset::{Glob, GlobMatcher};
use loopwright_core::Case;

/// A choice of cases: those with a tag, of a group, or with a key, where `*`, `?`, `[…]` and `{…}` stand for what they do in
/// names of files. A key may be named by its beginning.
///
/// ```
/// use loopwright::cli::CaseFilter;
/// let case: loopwright_core::Case = serde_json::from_str(r#"{"key": "late-return", "input": "?", "tags": ["fees"]}"#)?;
/// for text in ["fees", "late", "*-return", "{late,early}-*"] {
///     assert!(text.parse::<CaseFilter>()?.fits(&case), "{text}");
/// }
/// assert!(!"fee".parse::<CaseFilter>()?.fits(&case));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct CaseFilter {
    whole: GlobMatcher,
    beginning: GlobMatcher,
}

/// The text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a pattern of keys: {message}")]
pub struct ParseCaseFilterError {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub message: String,
}

impl CaseFilter {
    /// Whether `case` is among those that are meant.
    pub fn fits(&self, case: &Case) -> bool {
        self.beginning.is_match(case.key.as_str())
            || case.group.as_ref().is_some_and(|group| self.whole.is_match(group.as_str()))
            || case.tags.iter().any(|tag| self.whole.is_match(tag.as_str()))
    }
}

impl FromStr for CaseFilter {
    type Err = ParseCaseFilterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pattern = |pattern: &str| {
            let fault = |error: globset::Error| ParseCaseFilterError {
                text: text.to_owned(),
                message: error.kind().to_string(),
            };
            Glob::new(pattern).map(|glob| glob.compile_matcher()).map_err(fault)
        };
        Ok(Self { whole: pattern(text)?, beginning: pattern(&format!("{text}*"))? })
    }
}
