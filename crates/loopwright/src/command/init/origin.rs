//! What `init --from` points at.

use std::path::{Path, PathBuf};

/// An agent that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A function in a file.
    Function(Language, PathBuf),
    /// A server.
    Url(String),
    /// A program and its arguments.
    Command(Vec<String>),
}

/// A language that a shim is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// Python 3.
    Python,
    /// JavaScript or TypeScript, on Node.
    Node,
}

/// The text points at nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum OriginError {
    /// It looks like a file of a known language, and there is none.
    #[error("there is no file `{0}`")]
    Missing(String),
    /// A quote that is not closed.
    #[error("`{0}` has a quote that is not closed")]
    Quote(String),
    /// Nothing was given.
    #[error("`--from` names a file, an address or a command")]
    Empty,
}

/// Reads the text of `--from`, as typed in `folder`.
pub(super) fn origin(folder: &Path, text: &str) -> Result<Origin, OriginError> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(Origin::Url(text.to_owned()));
    }
    if let Some(language) = language(text) {
        let file = folder.join(text);
        if file.is_file() {
            return Ok(Origin::Function(language, file));
        }
        if !text.contains(' ') {
            return Err(OriginError::Missing(text.to_owned()));
        }
    }
    let words = words(text)?;
    if words.is_empty() { Err(OriginError::Empty) } else { Ok(Origin::Command(words)) }
}

fn language(text: &str) -> Option<Language> {
    match Path::new(text).extension()?.to_str()? {
        "py" => Some(Language::Python),
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" => Some(Language::Node),
        _ => None,
    }
}

/// The words of a command: separated by white space, quoted by `'` or `"`, escaped by `\`. Nothing is expanded.
fn words(text: &str) -> Result<Vec<String>, OriginError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(OriginError::Quote(text.to_owned()));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_a_command_as_a_shell_would() {
        let split = |text: &str| words(text).unwrap();
        assert_eq!(split("python3  agent.py"), ["python3", "agent.py"]);
        assert_eq!(split(r#"a 'b c' "d \" e" f\ g '' "#), ["a", "b c", "d \" e", "f g", ""]);
        assert_eq!(words("a 'b"), Err(OriginError::Quote("a 'b".to_owned())));
    }

    #[test]
    fn tells_files_addresses_and_commands_apart() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("app.py"), "").unwrap();
        let of = |text: &str| origin(folder.path(), text);
        assert!(matches!(of("app.py"), Ok(Origin::Function(Language::Python, _))));
        assert_eq!(of("app.ts"), Err(OriginError::Missing("app.ts".to_owned())));
        assert!(matches!(of("http://127.0.0.1/ask"), Ok(Origin::Url(_))));
        assert_eq!(of("python3 app.py"), Ok(Origin::Command(vec!["python3".into(), "app.py".into()])));
        assert_eq!(of(" "), Err(OriginError::Empty));
    }
}
