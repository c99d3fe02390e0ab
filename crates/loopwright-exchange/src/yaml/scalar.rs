//! What a plain scalar means.

use serde_json::Number;

use super::Yaml;

/// The value of `text`, which stands without quotes: what `js-yaml` 4 makes of it, dates aside, which stay text.
pub(super) fn plain(text: &str) -> Yaml {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Yaml::Null,
        "true" | "True" | "TRUE" => Yaml::Bool(true),
        "false" | "False" | "FALSE" => Yaml::Bool(false),
        _ => number(text).map_or_else(|| Yaml::Text(text.to_owned()), Yaml::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (&text[..1], rest),
        None => ("", text),
    };
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)];
    if let Some((digits, radix)) = radix.iter().find_map(|(mark, radix)| Some((digits.strip_prefix(mark)?, *radix))) {
        return i64::from_str_radix(&format!("{}{}", sign.replace('+', ""), bare(digits)?), radix)
            .ok()
            .map(Number::from);
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let plain = format!("{}{}", sign.replace('+', ""), bare(digits)?);
    let is_float = plain.contains(['.', 'e', 'E']);
    let whole = if is_float { None } else { plain.parse::<i64>().map(Number::from).ok() };
    // What overflows a float is no number of JSON, and stays what was written.
    let float = || plain.parse::<f64>().ok().and_then(Number::from_f64);
    let unsigned = || if is_float { None } else { plain.parse::<u64>().ok().map(Number::from) };
    whole.or_else(unsigned).or_else(float)
}

/// The digits without the `_` between them; `None` where a `_` is at an end.
fn bare(digits: &str) -> Option<String> {
    let is_open = digits.is_empty() || digits.starts_with('_') || digits.ends_with('_');
    (!is_open).then(|| digits.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_numbers_from_words() {
        let json = |text: &str| match plain(text) {
            Yaml::Number(number) => Some(number.to_string()),
            _ => None,
        };
        for (text, value) in [
            ("7", "7"),
            ("-3", "-3"),
            ("+1_000", "1000"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("1.5", "1.5"),
            ("1e3", "1000.0"),
            (".5", "0.5"),
        ] {
            assert_eq!(json(text).as_deref(), Some(value), "{text}");
        }
        for text in ["1.2.3", "1e999", ".inf", "-", "1_", "0x", "2024-01-02", "e5", ".", "nan", "1 2"] {
            assert!(matches!(plain(text), Yaml::Text(_)), "{text}");
        }
        assert!(matches!(plain("yes"), Yaml::Text(_)), "what YAML 1.1 took for true");
        assert!(matches!(plain("True"), Yaml::Bool(true)) && matches!(plain("~"), Yaml::Null));
    }
}
