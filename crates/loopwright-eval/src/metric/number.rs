//! The numbers that stand in a text.

/// The numbers of `text`, in order. Thousands may be separated by a comma, an apostrophe, or a space that does not break; a
/// fraction begins with a point. Digits that belong to a word, such as those of `A-1042`, are no number.
pub(super) fn numbers(text: &str) -> Vec<f64> {
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let (digits, end) = digits_from(&chars, at);
        if let (Some(sign), Ok(size)) = (sign_before(&chars[..at]), digits.parse::<f64>()) {
            found.push(sign * size);
        }
        at = end;
    }
    found
}

/// The sign of a number that begins after `before`; `None` when it belongs to a word.
fn sign_before(before: &[char]) -> Option<f64> {
    let mut back = before.iter().rev().copied().peekable();
    if back.peek().is_some_and(|c| is_currency(*c)) {
        back.next();
    }
    match (back.next(), back.next()) {
        (Some('-' | '−' | '‑'), Some(c)) if c.is_alphabetic() || c == '_' => None,
        (Some('-'), Some(c)) if c.is_ascii_digit() => Some(1.0),
        (Some('-' | '−' | '‑'), _) => Some(-1.0),
        (Some(c), _) if c.is_alphabetic() || c == '_' => None,
        _ => Some(1.0),
    }
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '£' | '€' | '¥')
}

/// The digits that begin at `start`, in the form that Rust parses, and where they end.
fn digits_from(chars: &[char], start: usize) -> (String, usize) {
    let digits_at = |at: usize| chars.iter().skip(at).take_while(|c| c.is_ascii_digit()).count();
    let is_separator =
        |at: usize| chars.get(at).is_some_and(|c| matches!(c, ',' | '\'' | '’' | '\u{a0}' | '\u{2009}' | '\u{202f}'));
    let lead = digits_at(start);
    let mut end = start + lead;
    while lead <= 3 && is_separator(end) && digits_at(end + 1) == 3 {
        end += 4;
    }
    if chars.get(end) == Some(&'.') && digits_at(end + 1) > 0 {
        end += 1 + digits_at(end + 1);
    }
    (chars[start..end].iter().filter(|c| c.is_ascii_digit() || **c == '.').collect(), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_as_people_write_them() {
        for (text, expected) in [
            ("It costs £1,234.50.", vec![1234.5]),
            ("1\u{202f}000\u{202f}000 and 1'000", vec![1_000_000.0, 1000.0]),
            ("-3, −4.5 and -£5", vec![-3.0, -4.5, -5.0]),
            ("2025-06-19", vec![2025.0, 6.0, 19.0]),
            ("A-1042, v2 and item_7", vec![]),
            ("15kg in 1,2 or 12,34", vec![15.0, 1.0, 2.0, 12.0, 34.0]),
            ("1234,567", vec![1234.0, 567.0]),
            ("$3", vec![3.0]),
            ("none", vec![]),
        ] {
            assert_eq!(numbers(text), expected, "{text}");
        }
    }
}
