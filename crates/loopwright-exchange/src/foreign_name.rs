//! Names of elsewhere, which may hold any character, as names of ours.

use loopwright_core::{Digest, Tag};

/// Longest name that is kept whole, in bytes; leaves room for a digest within the 200 bytes that a name may have.
const MOST: usize = 150;

/// `text` as a name: what cannot stand in one becomes `-`, and a short digest of the whole follows when anything had to
/// change, so that two names stay two.
pub(crate) fn plain_name(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "._-/:@#+".contains(c) { c } else { '-' };
    let end = (0..=text.len().min(MOST)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let name: String = text[..end].chars().map(plain).collect();
    if name == text && !name.is_empty() {
        return name;
    }
    let name = if name.is_empty() { "unnamed" } else { &name };
    format!("{name}#{}", &Digest::of_bytes(text.as_bytes()).to_string()[..8])
}

/// Longest tag that is made of what nobody asked to slice by, in bytes.
const LONGEST_TAG: usize = 60;

/// `name:value` as a tag, with `-` for white space; `None` when it cannot be one.
pub(crate) fn tag(name: &str, value: &str) -> Option<Tag> {
    let plain = |c: char| if c.is_whitespace() { '-' } else { c };
    Tag::new(format!("{name}:{value}").trim().chars().map(plain).collect::<String>()).ok()
}

/// The tag of metadata, which holds longer texts too; `None` for those.
pub(crate) fn short_tag(name: &str, value: &str) -> Option<Tag> {
    tag(name, value).filter(|tag| tag.as_str().len() <= LONGEST_TAG)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::CaseKey;

    #[test]
    fn tags_are_short_and_without_white_space() {
        assert_eq!(short_tag("level", "very easy").unwrap().as_str(), "level:very-easy");
        let long = "x".repeat(80);
        assert_eq!((short_tag("note", &long), tag("note", &long).is_some()), (None, true));
    }

    #[test]
    fn every_text_is_a_name_and_no_two_are_one() {
        let texts = ["openai/gpt-5", "two words", "two-words", "", " ", "é\u{1b}", &"x".repeat(500), &"é".repeat(400)];
        let names: std::collections::BTreeSet<String> = texts.iter().map(|text| plain_name(text)).collect();
        assert_eq!(names.len(), texts.len());
        assert!(names.iter().all(|name| CaseKey::new(name.as_str()).is_ok()), "{names:?}");
        assert_eq!(plain_name("openai/gpt-5"), "openai/gpt-5");
        assert!(plain_name("two words").starts_with("two-words#"));
    }
}
