//! Secrets have no place in `loopwright.toml`: keys that are named like one are refused.

use std::ops::Range;

use loopwright_core::SourceError;

use super::toml_source::TomlSource;

/// The last words of keys that hold secrets.
const SECRET_WORDS: [&str; 8] = ["key", "apikey", "secret", "token", "password", "passwd", "credential", "credentials"];

const HINT: &str = "secrets come from the environment, or from a file that a variable such as `OPENAI_API_KEY_FILE` \
                    names; take it out of this file, and out of its history";

/// Refuses texts whose key is named like a secret, and addresses that hold a password. The fault shows the first place
/// and blacks out the texts of all.
pub(crate) fn refuse(source: &TomlSource<'_>) -> Result<(), SourceError> {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    source.each_string(|path, span, text| {
        if text.trim().is_empty() || text.contains("{{") {
            return;
        }
        let key = path.iter().rev().find(|step| step.parse::<usize>().is_err());
        match key.filter(|key| names_a_secret(key)) {
            Some(key) => found.push((span, format!("`{key}` looks like a secret"))),
            None if holds_a_password(text) => found.push((span, "the address holds a password".to_owned())),
            None => {}
        }
    });
    let Some((first, message)) = found.iter().min_by_key(|(span, _)| span.start).cloned() else { return Ok(()) };
    let mut fault = source.places.fault_at(first, message).with_hint(HINT);
    for (span, _) in found {
        let blank = "*".repeat(span.len());
        if fault.text.get(span.clone()).is_some() {
            fault.text.replace_range(span, &blank);
        }
    }
    Err(fault)
}

fn names_a_secret(key: &str) -> bool {
    let lower = key.to_lowercase();
    lower.rsplit(['_', '-', '.', ' ']).next().is_some_and(|word| SECRET_WORDS.contains(&word))
}

/// Whether an address holds a password, as `https://me:password@host` does.
pub(crate) fn holds_a_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::toml_source::parse;

    fn refused(text: &str) -> Option<String> {
        refuse(&parse("f", text).unwrap()).err().map(|fault| fault.to_string())
    }

    #[test]
    fn finds_what_looks_like_a_secret() {
        assert_eq!(refused("[a]\napi_key = 'sk-1'").unwrap(), "f:2:11: `api_key` looks like a secret");
        let two = "[a]\nrequest = { token = 't', api_key = 'sk-1' }";
        assert!(!refuse(&parse("f", two).unwrap()).unwrap_err().text.contains("sk-1"));
        assert!(refused("[a]\nclient-secret = ['x']").is_some());
        assert!(refused("[a.b]\ntoken = 't'").is_some());
        assert!(refused("[a]\nurl = 'https://me:pw@host/v1'").unwrap().contains("a password"));
    }

    #[test]
    fn leaves_everything_else_alone() {
        for text in [
            "max_output_tokens = 3",
            "key = '{{ input }}'",
            "key = ''",
            "keyboard = 'x'",
            "url = 'http://a:1/@b'",
            "tokens = 'x'",
        ] {
            assert_eq!(refused(text), None, "{text}");
        }
    }
}
