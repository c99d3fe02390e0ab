#![doc = include_str!("../../../doc/metric/choice.md")]

use std::sync::{Arc, LazyLock};

use loopwright_core::{AnswerRule, Direction};
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::read_said;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError};

pub(super) const KIND: MetricKind = MetricKind {
    name: "choice",
    version: 1,
    title: "the answer names the right option by its letter",
    doc: include_str!("../../../doc/metric/choice.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("to", "the letter; when absent, the letter that the case's rule for the answer `equals`")],
    build,
};

#[derive(Deserialize)]
struct Choice {
    to: Option<char>,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let choice: Choice = SettingError::read(settings)?;
    match choice.to {
        Some(letter) if !letter.is_ascii_alphabetic() => {
            Err(SettingError::at("to", format!("`{letter}` is no letter from A to Z")))
        }
        _ => Ok(Arc::new(choice)),
    }
}

impl Scorer for Choice {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let wanted = match (self.to, &judged.case.expectation.answer) {
            (Some(letter), _) => Some(letter),
            (None, Some(AnswerRule::Equals(text))) => letter(text),
            _ => None,
        };
        let Some(wanted) = wanted.map(|letter| letter.to_ascii_uppercase()) else { return Reading::NOT_APPLICABLE };
        read_said(judged, |said| match chosen(said) {
            Some(letter) if letter == wanted => Reading::Pass(String::new()),
            Some(letter) => Reading::Fail(format!("the answer names {letter}, and not {wanted}")),
            None => Reading::Fail("the answer names no option".to_owned()),
        })
    }
}

/// `text` where it is one letter, such as `B` or `(b)`.
fn letter(text: &str) -> Option<char> {
    let mut letters = text.chars().filter(|c| !matches!(c, '(' | ')' | '.' | ':' | '*') && !c.is_whitespace());
    letters.next().filter(|letter| letter.is_ascii_alphabetic() && letters.next().is_none())
}

/// The letter of the option that `answer` names: where it is a letter alone, where it says `answer: B` or `the answer is (B)`,
/// the last time that it does, in `\\boxed{B}`, or where it begins like `B)`.
fn chosen(answer: &str) -> Option<char> {
    let named = |pattern: &Option<Regex>| {
        let found = pattern.as_ref()?.captures_iter(answer).last()?;
        found.get(1)?.as_str().chars().next().map(|letter| letter.to_ascii_uppercase())
    };
    let alone = letter(answer).map(|letter| letter.to_ascii_uppercase());
    alone.or_else(|| NAMED.iter().find_map(named))
}

/// Patterns, the surest first. One that is broken finds nothing, and a test says so.
static NAMED: LazyLock<[Option<Regex>; 3]> = LazyLock::new(|| {
    [
        r"(?i:\banswer(?:\s+is)?)[\s:*]{1,4}\(?(?:(?i:option)\s+)?([A-Z])(?:[^A-Za-z'’]|$)",
        r"\\boxed\{\s*(?:\\text\{)?\(?([A-Za-z])\)?\}?\s*\}",
        r"^[\s*(]*([A-Z])\s*[).:]",
    ]
    .map(|pattern| Regex::new(pattern).ok())
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    #[test]
    fn letters_are_named_in_many_ways() {
        assert!(NAMED.iter().all(Option::is_some));
        for (said, letter) in [
            ("B", Some('B')),
            ("(b).", Some('B')),
            ("ANSWER: C", Some('C')),
            ("First, the answer is A? No. **Answer: (D)**", Some('D')),
            ("The correct answer is option C.", Some('C')),
            (r"So \boxed{B}", Some('B')),
            ("B) Paris", Some('B')),
            ("A dog is the answer", None),
            ("The answer is Paris.", None),
            ("I do not know.", None),
        ] {
            assert_eq!(chosen(said), letter, "{said}");
        }
    }

    #[test]
    fn is_compared_with_the_case_or_the_setting() {
        let scene = Scene::expecting(json!({"answer": {"equals": "(b)"}})).answers("Answer: C");
        assert_eq!(scene.score(&KIND).evidence, "the answer names C, and not B");
        assert_eq!(scene.score_with(&KIND, json!({"to": "c"})).value, Some(1.0));
        let other = Scene::expecting(json!({"answer": {"equals": "Paris"}})).answers("B");
        assert_eq!(other.unscored(&KIND), Unscored::NotApplicable);
        assert!(KIND.with(json!({"to": "1"}).as_object().unwrap().clone()).is_err());
    }
}
