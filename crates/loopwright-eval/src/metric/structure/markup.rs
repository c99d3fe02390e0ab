//! Tags of XML and HTML in a text.

/// One tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag<'a> {
    Opens(&'a str),
    Closes(&'a str),
    /// It opens and closes at once: `<a/>`.
    Empty(&'a str),
}

/// The tags of `text` in order, each with where it begins and where it ends; comments, declarations, instructions and
/// CDATA are passed over. `None` when one is never closed.
pub(super) fn tags(text: &str) -> Option<Vec<(Tag<'_>, usize, usize)>> {
    let (mut tags, mut at) = (vec![], 0);
    while let Some(start) = text[at..].find('<').map(|found| at + found) {
        let rest = &text[start..];
        if let Some((open, close)) = passed_over(rest) {
            at = start + open.len() + rest[open.len()..].find(close)? + close.len();
            continue;
        }
        let end = start + end_of_tag(rest)?;
        let inner = &text[start + 1..end - 1];
        let name = |inner: &str| inner.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default().len();
        match inner.strip_prefix('/') {
            Some(inner) => tags.push((Tag::Closes(&inner[..name(inner)]), start, end)),
            None if inner.ends_with('/') => tags.push((Tag::Empty(&inner[..name(inner)]), start, end)),
            None => tags.push((Tag::Opens(&inner[..name(inner)]), start, end)),
        }
        at = end;
    }
    Some(tags)
}

/// How what `text` begins with opens and closes, when it is passed over.
fn passed_over(text: &str) -> Option<(&'static str, &'static str)> {
    let kinds = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
    kinds.into_iter().find(|(open, _)| text.starts_with(open))
}

/// Whether `text`, which stands before the first tag or behind the last, holds only what may stand there: white space,
/// comments, declarations and instructions. CDATA is text.
pub(super) fn is_bare(text: &str) -> bool {
    let mut rest = text.trim_start();
    while let Some((open, close)) = passed_over(rest).filter(|(open, _)| *open != "<![CDATA[") {
        let Some(end) = rest[open.len()..].find(close) else { return false };
        rest = rest[open.len() + end + close.len()..].trim_start();
    }
    rest.is_empty()
}

/// Where the tag that `text` begins with ends; a `>` in quotes ends nothing.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, '>') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Whether `name` can be the name of an element.
pub(super) fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || "-._:".contains(c))
}
