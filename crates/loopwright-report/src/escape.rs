//! Escaping: data from models, tools and files is shown, never obeyed.

use std::borrow::Cow;

/// `text` on one line, with every character visible that would move the cursor, change colours, turn the direction of
/// writing or hide words: controls, bidirectional marks, zero-width spaces, tag characters.
///
/// ```
/// assert_eq!(loopwright_report::escape("\u{1b}[31mred\n"), "\\u{1b}[31mred\\n");
/// assert_eq!(loopwright_report::escape("Grüße"), "Grüße");
/// ```
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_survives() {
        let all: String = (0..0x3000_u32).chain(0xe0000..0xe0080).filter_map(char::from_u32).collect();
        assert!(escape(&all).chars().all(|c| !is_hidden(c)));
        assert_eq!(escape("a\u{202e}b\u{9b}m"), "a\\u{202e}b\\u{9b}m");
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(escape("naïve 漢字 👩‍🍳"), Cow::Borrowed(_)));
    }
}
