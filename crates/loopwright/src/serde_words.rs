//! What serde says about a value, for people who need not know Rust.

/// A name that is not known, where a message tells of one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unknown<'m> {
    /// What is named: a key, or a value.
    pub(crate) noun: &'static str,
    /// What was given.
    pub(crate) given: &'m str,
    /// What may be given.
    pub(crate) known: Vec<&'m str>,
}

/// Takes the name and the known names out of ``unknown field `x`, expected one of `a`, `b` ``, wherever it stands.
pub(crate) fn unknown(message: &str) -> Option<Unknown<'_>> {
    let after = |words: &str| message.split_once(words).map(|(_, rest)| rest);
    let (noun, rest) = match after("unknown field `") {
        Some(rest) => ("key", rest),
        None => ("value", after("unknown variant `")?),
    };
    let mut ticked = rest.split('`');
    let given = ticked.next()?;
    Some(Unknown { noun, given, known: ticked.skip(1).step_by(2).collect() })
}

/// The message with types named as a person would name them.
pub(crate) fn plain(message: &str) -> String {
    let Some((before, expected)) = message.rsplit_once("expected ") else { return message.to_owned() };
    let kind = match expected {
        "u32" | "u64" | "usize" | "i64" => "a whole number",
        "f64" => "a number",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list in `[` `]`",
        "a map" => "a table",
        other if other.starts_with("struct ") => "a table",
        other => other,
    };
    format!("{before}expected {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_out_of_a_message() {
        let message = "`chunk` is not well formed: unknown field `siz`, expected one of `by`, `size`";
        assert_eq!(unknown(message), Some(Unknown { noun: "key", given: "siz", known: vec!["by", "size"] }));
        let message = "unknown variant `lin`, expected `words` or `page`";
        assert_eq!(unknown(message), Some(Unknown { noun: "value", given: "lin", known: vec!["words", "page"] }));
        assert_eq!(unknown("missing field `a`"), None);
    }

    #[test]
    fn types_are_named_in_plain_words() {
        assert_eq!(
            plain("invalid type: string \"x\", expected usize"),
            "invalid type: string \"x\", expected a whole number"
        );
        assert_eq!(plain("missing field `a`"), "missing field `a`");
    }
}
