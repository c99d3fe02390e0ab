//! Sentences of running text.

/// The sentences of `text`, trimmed. A line break ends a sentence where a list item, a heading, a table row or an empty
/// line begins, not inside a wrapped paragraph.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return None;
            }
            let (sentence, tail) = rest.split_at(end_of_first(rest));
            rest = tail;
            let sentence = sentence.trim_end();
            if !sentence.is_empty() {
                return Some(sentence);
            }
        }
    })
}

/// The trail of headings that a passage may begin with, on a line of its own, and the rest: `Coffee > Beans` is no
/// sentence.
pub(crate) fn trail_of(text: &str) -> (&str, &str) {
    let begins = |(first, rest): &(&str, &str)| first.contains(" > ") || rest.starts_with('#');
    text.split_once('\n').filter(begins).unwrap_or(("", text))
}

fn end_of_first(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| matches!(byte, b'\n' | b'.' | b'!' | b'?')) {
        let at = from + at;
        if bytes[at] == b'\n' {
            if breaks(text, at) {
                return at;
            }
        } else if ends_sentence(bytes, at) {
            return at + 1;
        }
        from = at + 1;
    }
    text.len()
}

/// Whether the line break at `at` ends a sentence.
fn breaks(text: &str, at: usize) -> bool {
    if text.starts_with('#') || text[..at].ends_with(':') {
        return true;
    }
    let next = text[at + 1..].trim_start_matches([' ', '\t']);
    let marked = ["\n", "- ", "* ", "#", "|", "[", "+ "].iter().any(|mark| next.starts_with(mark));
    let digits = next.len() - next.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    marked || next.is_empty() || ((1..=2).contains(&digits) && next[digits..].starts_with(['.', ')']))
}

fn ends_sentence(bytes: &[u8], at: usize) -> bool {
    let Some(next) = bytes.get(at + 1) else { return true };
    if !next.is_ascii_whitespace() {
        return false;
    }
    let begin = bytes[..at].iter().rposition(u8::is_ascii_whitespace).map_or(0, |space| space + 1);
    let word = &bytes[begin..at];
    // `e.g.`, `i.e.`, an initial, a list number and a few short titles do not end a sentence.
    let short = word.len() <= 1 || word.contains(&b'.') && word.len() <= 3;
    let titled = [&b"No"[..], b"Mr", b"Mrs", b"Dr", b"St", b"approx", b"vs", b"cf"].contains(&word);
    let counted = begin == 0 && word.iter().all(u8::is_ascii_digit);
    let lower = bytes[at + 1..].iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(u8::is_ascii_lowercase);
    bytes[at] != b'.' || !(short && !word.first().is_some_and(u8::is_ascii_digit) || titled || counted || lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_cut_at_its_stops() {
        let text = "Parcels up to 2.5 kg cost £3.95. Ask Mr. Bell, e.g. by mail! Is it\nfree? No. 7 is";
        let all: Vec<&str> = sentences(text).collect();
        assert_eq!(
            all,
            ["Parcels up to 2.5 kg cost £3.95.", "Ask Mr. Bell, e.g. by mail!", "Is it\nfree?", "No. 7 is"]
        );
    }

    #[test]
    fn headings_and_items_stand_alone() {
        let text = "# Returns\nGoods may come back\nwithin 30 days\n- in their box\n- unused\n\nAsk us";
        let all: Vec<&str> = sentences(text).collect();
        assert_eq!(all, ["# Returns", "Goods may come back\nwithin 30 days", "- in their box", "- unused", "Ask us"]);
    }

    #[test]
    fn a_trail_of_headings_is_no_sentence() {
        assert_eq!(trail_of("Coffee > Beans\nWe roast them."), ("Coffee > Beans", "We roast them."));
        assert_eq!(trail_of("Coffee\n# Coffee\nWe roast it."), ("Coffee", "# Coffee\nWe roast it."));
        assert_eq!(trail_of("We roast\nit here."), ("", "We roast\nit here."));
    }

    #[test]
    fn odd_text_ends() {
        assert_eq!(sentences("\n \n").count(), 0);
        assert_eq!(sentences("…é.\u{2003}ü. ").count(), 2 - 1);
    }
}
