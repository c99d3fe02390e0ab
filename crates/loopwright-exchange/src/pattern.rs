//! Texts as patterns of the `regex` crate.

/// A pattern that takes any of `texts`, each by its letters and without the white space around it.
pub(crate) fn alternatives(texts: &[&str]) -> String {
    let literal = |text: &&str| {
        let escaped = |c: char| if r"\.+*?()|[]{}^$#&-~".contains(c) { format!("\\{c}") } else { c.to_string() };
        text.trim().chars().map(escaped).collect::<String>()
    };
    texts.iter().map(literal).collect::<Vec<_>>().join("|")
}
