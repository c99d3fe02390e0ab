#![doc = include_str!("../../doc/metric/abstention.md")]

use loopwright_core::Direction;

use super::wording::{begins_phrase, folded};
use super::{Judged, MetricKind, Reading, Scale, answer, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "abstention",
    version: 1,
    title: "the agent says that it does not know where, and only where, it should",
    doc: include_str!("../../doc/metric/abstention.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

/// What people and models say when they have no answer, in folded wording. The page of this metric lists them; a phrase that
/// a handbook might hold in its own voice ("if you do not know your size") is left out.
const PHRASES: &[&str] = &[
    "i do not know",
    "i don't know",
    "we do not know",
    "we don't know",
    "i am not sure",
    "i'm not sure",
    "i cannot find",
    "i can't find",
    "i can not find",
    "i could not find",
    "i couldn't find",
    "i did not find",
    "i didn't find",
    "i found no",
    "i cannot answer",
    "i can't answer",
    "i am unable to answer",
    "i am unable to find",
    "i'm unable to answer",
    "i'm unable to find",
    "i am not able to answer",
    "i am not able to find",
    "i'm not able to answer",
    "i'm not able to find",
    "i do not have any information",
    "i don't have any information",
    "i do not have information",
    "i don't have information",
    "i do not have enough information",
    "i don't have enough information",
    "i have no information",
    "there is no information",
    "not enough information",
    "does not say",
    "doesn't say",
    "do not say",
    "don't say",
    "does not mention",
    "doesn't mention",
    "do not mention",
    "don't mention",
    "is not mentioned",
    "isn't mentioned",
    "not in the handbook",
    "not in the passages",
    "not in the documents",
    "not in the context",
    "not in what i was given",
];

fn read(judged: &Judged<'_>) -> Reading {
    let expectation = &judged.case.expectation;
    if !expectation.abstain && expectation.answer.is_none() {
        return Reading::NOT_APPLICABLE;
    }
    Reading::judged(as_expected(judged))
}

/// Whether the agent declines where the case expects it, and answers elsewhere.
pub(super) fn as_expected(judged: &Judged<'_>) -> Result<String, String> {
    if let Some(failure) = answer::failure(judged) {
        return Err(failure);
    }
    match (judged.case.expectation.abstain, declining(judged.trial.trace.outcome.text())) {
        (true, Some(phrase)) => Ok(format!("the answer says `{phrase}`")),
        (true, None) => Err("the answer does not say that it is not known".to_owned()),
        (false, Some(phrase)) => Err(format!("the answer says `{phrase}`, and an answer was expected")),
        (false, None) => Ok(String::new()),
    }
}

/// Whether `answer` says that it has no answer, by one of the phrases on the page of the metric `abstention`.
///
/// ```
/// assert!(loopwright_eval::metric::declines("I’m afraid I could not find that."));
/// assert!(!loopwright_eval::metric::declines("Within 30 days."));
/// ```
pub fn declines(answer: &str) -> bool {
    declining(answer).is_some()
}

fn declining(answer: &str) -> Option<&'static str> {
    let answer = folded(answer);
    PHRASES.iter().find(|phrase| begins_phrase(&answer, phrase)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{Outcome, Unscored};
    use serde_json::json;

    #[test]
    fn knows_how_people_decline() {
        for answer in [
            "I do not know. I cannot find that in what I was given.",
            "I’m sorry, but I don’t have any information about pizza ovens.",
            "The handbook doesn't say.",
            "Sorry: that is not in the handbook.",
        ] {
            assert!(declines(answer), "{answer}");
        }
        for answer in [
            "",
            "Within 30 days.",
            "Send us a photograph if you are not sure.",
            "If you cannot find your receipt, the order number will do.",
            "A knob broken by a fall is not covered.",
            "I cannot cancel it: it has been sent.",
            "I am unable to cancel it.",
        ] {
            assert!(!declines(answer), "{answer}");
        }
        assert!(!declines("Rabbi do not know"), "a phrase begins with a word");
    }

    #[test]
    fn every_phrase_is_on_the_page_and_folded() {
        for phrase in PHRASES {
            assert!(KIND.doc.contains(&format!("`{phrase}`")), "{phrase}");
            assert_eq!(folded(phrase), *phrase);
        }
    }

    #[test]
    fn declining_is_right_where_it_is_expected_and_nowhere_else() {
        let absent = Scene::expecting(json!({"abstain": true}));
        assert!(absent.clone().answers("I do not know.").passes(&KIND));
        assert!(!absent.clone().answers("Two years.").passes(&KIND));
        assert!(!absent.passes(&KIND), "saying nothing is not saying that one does not know");
        let known = Scene::expecting(json!({"answer": {"contains": "two years"}}));
        assert!(known.clone().answers("One year.").passes(&KIND), "a wrong answer is another metric's business");
        assert!(!known.clone().answers("I do not know.").passes(&KIND));
        assert!(!known.ends(Outcome::Failed { message: "x".into() }).passes(&KIND));
        assert_eq!(Scene::expecting(json!({"clarify": true})).unscored(&KIND), Unscored::NotApplicable);
    }
}
