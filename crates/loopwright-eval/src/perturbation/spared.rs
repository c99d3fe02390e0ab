//! What no change of letters may touch, so that a question can still be answered.

use std::ops::Range;

/// The words, as byte ranges between white space.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    some_words(text, |_, _| true)
}

/// The plain words, as byte ranges between white space: those that are no code (see [`touchable`]), outside quotes.
pub(super) fn plain_words(text: &str) -> Vec<Range<usize>> {
    some_words(text, |word, quoted| !is_code(word) && !quoted.contains(&true))
}

/// The words that `keep` lets through, given their characters and whether each is quoted.
fn some_words(text: &str, keep: impl Fn(&[char], &[bool]) -> bool) -> Vec<Range<usize>> {
    let (mut places, chars): (Vec<usize>, Vec<char>) = text.char_indices().unzip();
    places.push(text.len());
    let quoted = quoted(&chars);
    let kept = |(start, end): &(usize, usize)| keep(&chars[*start..*end], &quoted[*start..*end]);
    runs(&chars).into_iter().filter(kept).map(|(start, end)| places[start]..places[end]).collect()
}

/// The letters that may be touched, as byte ranges of one letter each.
pub(super) fn plain_letters(text: &str) -> Vec<Range<usize>> {
    let (places, chars): (Vec<usize>, Vec<char>) = text.char_indices().unzip();
    let letters = places.into_iter().zip(touchable(&chars)).filter(|(_, touchable)| *touchable);
    letters.map(|(place, _)| place..place + 1).collect()
}

/// For each character whether a change of letters may touch it: the ASCII letters that stand in plain words outside quotes.
///
/// Spared are words with a digit, or with a sign that paths, addresses and names of things are written with; words of
/// capitals only; and whatever stands in quotes.
pub(super) fn touchable(chars: &[char]) -> Vec<bool> {
    let quoted = quoted(chars);
    let mut touchable = vec![false; chars.len()];
    for (start, end) in runs(chars) {
        let word = &chars[start..end];
        let is_spared = is_code(word) || quoted[start..end].contains(&true);
        for at in start..end {
            touchable[at] = !is_spared && chars[at].is_ascii_alphabetic();
        }
    }
    touchable
}

/// Where the runs of characters without white space begin and end.
fn runs(chars: &[char]) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for at in 0..=chars.len() {
        let in_word = chars.get(at).is_some_and(|c| !c.is_whitespace());
        match (in_word, start) {
            (true, None) => start = Some(at),
            (false, Some(first)) => {
                words.push((first, at));
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Whether a word is an id, an address, a path or an abbreviation, of which each character may count.
fn is_code(word: &[char]) -> bool {
    let letters = word.iter().filter(|c| c.is_alphabetic()).count();
    let is_capitals = letters > 1 && !word.iter().any(|c| c.is_lowercase());
    let has_sign = word.iter().any(|c| c.is_numeric() || "@/\\_#$%&=<>{}[]".contains(*c));
    let is_joined = word
        .windows(3)
        .any(|three| matches!(three[1], '.' | ':') && three[0].is_alphanumeric() && three[2].is_alphanumeric());
    is_capitals || has_sign || is_joined
}

/// For each character whether it stands in quotes, the quotes included. A quote that is never closed quotes nothing.
fn quoted(chars: &[char]) -> Vec<bool> {
    let mut quoted = vec![false; chars.len()];
    let mut at = 0;
    while at < chars.len() {
        match closing(chars, at) {
            Some(end) => {
                quoted[at..=end].fill(true);
                at = end + 1;
            }
            None => at += 1,
        }
    }
    quoted
}

/// Where the quote that opens at `open` closes; `None` when none opens there, or it is never closed.
fn closing(chars: &[char], open: usize) -> Option<usize> {
    let close = match chars[open] {
        '"' => '"',
        '“' | '„' => '”',
        '`' => '`',
        '«' => '»',
        '\'' => '\'',
        '‘' => '’',
        _ => return None,
    };
    // The apostrophe of `don't` and of `customers'` opens nothing, and the former closes nothing.
    let is_apostrophe = matches!(close, '\'' | '’');
    let in_word = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphanumeric());
    if is_apostrophe && in_word(open.checked_sub(1)) {
        return None;
    }
    let closes = |at: &usize| chars[*at] == close && !(is_apostrophe && in_word(Some(at + 1)));
    (open + 1..chars.len()).find(closes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` with a dot for each letter that may be touched.
    fn shown(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let touchable = touchable(&chars);
        chars.iter().zip(touchable).map(|(c, touchable)| if touchable { '.' } else { *c }).collect()
    }

    #[test]
    fn plain_words_alone_may_be_touched() {
        assert_eq!(shown("Where is A-1042, please?"), "..... .. A-1042, ......?");
        assert_eq!(shown("I am nora.quinlan@example.org (VAT)"), ". .. nora.quinlan@example.org (VAT)");
        assert_eq!(shown("see docs/a.md or example.org. Thanks"), "... docs/a.md .. example.org. ......");
        assert_eq!(shown("the café's order_id"), "... ...é'. order_id");
    }

    #[test]
    fn quotes_are_left_alone() {
        assert_eq!(shown("rename it “Blue pan” now"), "...... .. “Blue pan” ...");
        assert_eq!(shown("say \"no\", don't 'stop it' now"), "... \"no\", ...'. 'stop it' ...");
        assert_eq!(shown("the customers' pans"), "... .........' ....");
        assert_eq!(shown("an \"open quote"), ".. \".... .....");
    }
}
