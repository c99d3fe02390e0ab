//! Whether a text is what an [`AnswerRule`] asks for.

use loopwright_core::AnswerRule;
use regex::Regex;

use super::listed;
use super::number::numbers;
use super::wording::{contains, folded, plain, without_citations};

/// Compares `text` with `rule`; the reason comes with either result.
///
/// # Errors
/// When the rule is broken, so that no answer could be right or every answer would be.
pub(crate) fn check(rule: &AnswerRule, text: &str) -> Result<Result<String, String>, String> {
    let bare = without_citations(text);
    match rule {
        AnswerRule::Equals(wanted) => Ok(equals(wanted, [text, &bare])),
        AnswerRule::Contains(wanted) => every(std::slice::from_ref(wanted), &bare),
        AnswerRule::ContainsAll(wanted) => every(wanted, &bare),
        AnswerRule::ContainsAny(wanted) => any(wanted, &bare),
        AnswerRule::Regex(pattern) => matched(pattern, text),
        AnswerRule::Number { value, tolerance } => number(*value, *tolerance, &bare),
    }
}

fn equals(wanted: &str, texts: [&str; 2]) -> Result<String, String> {
    let holds = texts.into_iter().any(|text| folded(text) == folded(wanted));
    if holds { Ok(String::new()) } else { Err(format!("the answer is not `{wanted}`")) }
}

fn every(wanted: &[String], text: &str) -> Result<Result<String, String>, String> {
    let held = held(wanted, text)?;
    let missing = wanted.iter().zip(held).find(|(_, held)| !held);
    Ok(missing.map_or_else(|| Ok(String::new()), |(wanted, _)| Err(format!("the answer does not contain `{wanted}`"))))
}

fn any(wanted: &[String], text: &str) -> Result<Result<String, String>, String> {
    let held = held(wanted, text)?;
    let found = wanted.iter().zip(held).find(|(_, held)| *held);
    let none = || Err(format!("the answer contains none of {}", listed(wanted)));
    Ok(found.map_or_else(none, |(wanted, _)| Ok(format!("the answer contains `{wanted}`"))))
}

/// Which of `wanted` the text contains.
fn held(wanted: &[String], text: &str) -> Result<Vec<bool>, String> {
    let needles: Vec<String> = wanted.iter().map(|wanted| folded(wanted)).collect();
    if needles.is_empty() || needles.iter().any(String::is_empty) {
        return Err("the rule asks for an empty text, which every answer contains".to_owned());
    }
    let text = folded(text);
    Ok(needles.iter().map(|needle| contains(&text, needle)).collect())
}

/// A pattern may be written with typographic signs or without, and so may the answer: both forms of it are searched.
fn matched(pattern: &str, text: &str) -> Result<Result<String, String>, String> {
    let regex = Regex::new(pattern).map_err(|error| format!("`{pattern}` is not a regular expression: {error}"))?;
    let holds = regex.is_match(text) || regex.is_match(&plain(text));
    Ok(if holds { Ok(String::new()) } else { Err(format!("the answer does not match `{pattern}`")) })
}

/// Room for the last digit of a binary fraction, so that 0.1 is within 0.1 of 0.2.
const ROUNDING: f64 = 1e-9;

fn number(value: f64, tolerance: f64, text: &str) -> Result<Result<String, String>, String> {
    if !value.is_finite() || !tolerance.is_finite() || tolerance < 0.0 {
        return Err(format!("no number can be within {tolerance} of {value}"));
    }
    let near = |number: &f64| (number - value).abs() <= tolerance + ROUNDING * value.abs().max(1.0);
    let found = numbers(text).into_iter().find(near);
    let none = || Err(format!("the answer holds no number within {tolerance} of {value}"));
    Ok(found.map_or_else(none, |found| Ok(format!("the answer holds {found}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(rule: &AnswerRule, text: &str) -> bool {
        check(rule, text).unwrap().is_ok()
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn equals_folds_case_space_and_citations() {
        let rule = AnswerRule::Equals("It’s free".into());
        assert!(holds(&rule, " it's\u{a0}FREE [2]"));
        assert!(!holds(&rule, "It's free today"));
        assert!(holds(&AnswerRule::Equals("[1, 2]".into()), "[1, 2]"));
    }

    #[test]
    fn contains_one_all_or_any() {
        assert!(holds(&AnswerRule::Contains("30 Days".into()), "Within 30\ndays."));
        assert!(!holds(&AnswerRule::Contains("30 days".into()), "Within 130 days."));
        let (all, any) =
            (AnswerRule::ContainsAll(texts(&["pan", "lid"])), AnswerRule::ContainsAny(texts(&["pan", "lid"])));
        assert!(holds(&all, "A pan with a lid") && !holds(&all, "A pan"));
        assert!(holds(&any, "A lid") && !holds(&any, "A pot"));
        let reason = check(&all, "A pan").unwrap().unwrap_err();
        assert_eq!(reason, "the answer does not contain `lid`");
    }

    #[test]
    fn a_pattern_meets_typographic_signs() {
        assert!(holds(&AnswerRule::Regex("(?i)don't".into()), "Don’t"));
        assert!(holds(&AnswerRule::Regex("Don’t".into()), "Don’t"));
        assert!(holds(&AnswerRule::Regex(r"\[2\]$".into()), "Free [2]"));
        assert!(!holds(&AnswerRule::Regex("^free$".into()), "Free"));
    }

    #[test]
    fn numbers_are_near_enough() {
        let rule = |value, tolerance| AnswerRule::Number { value, tolerance };
        assert!(holds(&rule(1234.5, 0.0), "It is £1,234.50 [3]"));
        assert!(holds(&rule(0.2, 0.1), "0.1") && !holds(&rule(0.2, 0.1), "0.09"));
        assert!(!holds(&rule(3.0, 0.0), "Free [3]"), "a citation is not an answer");
    }

    #[test]
    fn a_broken_rule_is_an_error() {
        for rule in [
            AnswerRule::Contains(" ".into()),
            AnswerRule::ContainsAll(vec![]),
            AnswerRule::ContainsAny(texts(&["a", ""])),
            AnswerRule::Regex("(".into()),
            AnswerRule::Number { value: 1.0, tolerance: -1.0 },
            AnswerRule::Number { value: f64::NAN, tolerance: 0.0 },
        ] {
            assert!(check(&rule, "a").is_err(), "{rule:?}");
        }
    }
}
