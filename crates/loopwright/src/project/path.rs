//! A path within the project: what every key of `loopwright.toml` that names a file holds.

use std::fmt;
use std::str::FromStr;

/// A path relative to the project's folder, with `/` between its steps. It never leads up or out.
///
/// ```
/// use loopwright::project::ProjectPath;
/// assert_eq!("./docs//returns.md".parse::<ProjectPath>()?.as_str(), "docs/returns.md");
/// assert!("../secrets".parse::<ProjectPath>().is_err());
/// # Ok::<(), loopwright::project::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectPath(String);

/// The text is not a path within a project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing was given.
    #[error("a path cannot be empty")]
    Empty,
    /// It begins at the root of a disk.
    #[error("`{0}` is an absolute path; write it relative to the project's folder")]
    Absolute(String),
    /// It leads out of the project.
    #[error("`{0}` leads out of the project")]
    Up(String),
    /// A character that no portable path holds.
    #[error("`{0}` holds a backslash or a control character; write paths with `/`")]
    Character(String),
}

impl ProjectPath {
    /// The text, without `.` steps and doubled slashes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a pattern that names files by `*`, `?`, `[…]` or `{…}`.
    pub fn is_pattern(&self) -> bool {
        self.0.contains(['*', '?', '[', '{'])
    }

    /// The last step.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The steps before the last, joined; empty at the top of the project.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl FromStr for ProjectPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains('\\') || text.chars().any(char::is_control) {
            return Err(PathError::Character(text.escape_debug().to_string()));
        }
        let drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
        if text.starts_with('/') || text.starts_with('~') || drive {
            return Err(PathError::Absolute(text.to_owned()));
        }
        let steps: Vec<&str> = text.split('/').filter(|step| !step.is_empty() && *step != ".").collect();
        if steps.is_empty() {
            return Err(PathError::Empty);
        }
        if steps.contains(&"..") {
            return Err(PathError::Up(text.to_owned()));
        }
        Ok(Self(steps.join("/")))
    }
}

impl fmt::Display for ProjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_every_way_out() {
        for text in ["", ".", "/etc/passwd", "a/../../b", "..", "C:/x", "a\\b", "a\nb", "~/x"] {
            assert!(text.parse::<ProjectPath>().is_err(), "{text:?}");
        }
        let path: ProjectPath = "docs/a b/é.md".parse().unwrap();
        assert_eq!((path.folder(), path.file_name(), path.is_pattern()), ("docs/a b", "é.md", false));
        assert!("docs/**/*.md".parse::<ProjectPath>().unwrap().is_pattern());
    }
}
