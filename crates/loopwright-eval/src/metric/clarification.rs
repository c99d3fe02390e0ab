#![doc = include_str!("../../doc/metric/clarification.md")]

use loopwright_core::Direction;

use super::wording::folded;
use super::{Judged, MetricKind, Reading, Scale, answer, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "clarification",
    version: 1,
    title: "the agent asks for what is missing where, and only where, it should",
    doc: include_str!("../../doc/metric/clarification.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

/// Requests that need no question mark.
const REQUESTS: &[&str] = &[
    "please tell me",
    "please give me",
    "please let me know",
    "please provide",
    "please confirm",
    "please specify",
    "let me know which",
    "let me know what",
    "i need to know",
    "i need your",
    "i will need your",
    "i'll need your",
];

/// Questions of courtesy: they ask for nothing that is missing.
const COURTESY: &[&str] = &[
    "anything else",
    "something else",
    "can i help",
    "may i help",
    "could i help",
    "help you with",
    "assist you",
    "does that help",
    "does this help",
];

fn read(judged: &Judged<'_>) -> Reading {
    let expectation = &judged.case.expectation;
    let has_work = expectation.calls.as_ref().is_some_and(|calls| !calls.is_empty()) || !expectation.state.is_empty();
    if expectation.clarify || expectation.answer.is_some() || has_work {
        Reading::judged(as_expected(judged))
    } else {
        Reading::NOT_APPLICABLE
    }
}

/// Whether the agent asks where the case expects it, and gets on with it elsewhere.
pub(super) fn as_expected(judged: &Judged<'_>) -> Result<String, String> {
    if let Some(failure) = answer::failure(judged) {
        return Err(failure);
    }
    match (judged.case.expectation.clarify, asks(judged.trial.trace.outcome.text())) {
        (true, false) => Err("the answer asks for nothing".to_owned()),
        (false, true) => Err("the answer asks back, and nothing was missing".to_owned()),
        _ => Ok(String::new()),
    }
}

/// Whether `answer` asks for something: a question that is not mere courtesy, or a request, by the phrases on the page of
/// the metric `clarification`.
///
/// ```
/// assert!(loopwright_eval::metric::asks("Which booking do you mean?"));
/// assert!(!loopwright_eval::metric::asks("It is cancelled. Is there anything else?"));
/// ```
pub fn asks(answer: &str) -> bool {
    let answer = folded(answer);
    let sentences = answer.split_inclusive(['.', '!', '?', ';']);
    let is_courtesy = |sentence: &str| COURTESY.iter().any(|phrase| sentence.contains(phrase));
    let mut rest = sentences.filter(|sentence| !is_courtesy(sentence));
    rest.any(|sentence| sentence.ends_with('?') || REQUESTS.iter().any(|phrase| sentence.contains(phrase)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    #[test]
    fn courtesy_is_no_question() {
        for answer in [
            "Could you please tell me the order id?",
            "Which of them? I see two.",
            "Please provide the number of your order.",
            "Is it A-1? Is there anything else I can do?",
        ] {
            assert!(asks(answer), "{answer}");
        }
        for answer in ["", "It is sent.", "Done! Can I help you with anything else?", "Let me know if it fails."] {
            assert!(!asks(answer), "{answer}");
        }
    }

    #[test]
    fn every_phrase_is_on_the_page_and_folded() {
        for phrase in REQUESTS.iter().chain(COURTESY) {
            assert!(KIND.doc.contains(&format!("`{phrase}`")), "{phrase}");
            assert_eq!(folded(phrase), *phrase);
        }
    }

    #[test]
    fn asking_is_right_where_it_is_expected_and_nowhere_else() {
        let unclear = Scene::expecting(json!({"clarify": true}));
        assert!(unclear.clone().answers("Which order?").passes(&KIND));
        assert!(!unclear.clone().answers("I have cancelled it.").passes(&KIND));
        assert!(!unclear.passes(&KIND));
        let clear = Scene::expecting(json!({"calls": [{"tool": "cancel"}]}));
        assert!(clear.clone().answers("It is cancelled.").passes(&KIND));
        assert!(!clear.answers("Which order?").passes(&KIND));
    }

    #[test]
    fn says_nothing_of_cases_without_either() {
        let absent = Scene::expecting(json!({"abstain": true, "calls": []})).answers("x");
        assert_eq!(absent.unscored(&KIND), Unscored::NotApplicable);
    }
}
