#![doc = include_str!("../../doc/metric/exact_match.md")]

use loopwright_core::Direction;

use super::squad::{gold_texts, words};
use super::{Judged, MetricKind, Reading, Scale, answer, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "exact_match",
    version: 1,
    title: "the answer is the gold text, word for word",
    doc: include_str!("../../doc/metric/exact_match.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let gold = gold_texts(judged.case.expectation.answer.as_ref());
    if gold.is_empty() {
        return Reading::NOT_APPLICABLE;
    }
    if let Some(failure) = answer::failure(judged) {
        return Reading::Absent(failure);
    }
    let said = words(judged.trial.trace.outcome.text());
    let holds = gold.iter().any(|gold| words(gold) == said);
    Reading::judged(if holds { Ok(String::new()) } else { Err(format!("the answer is not `{}`", gold.join("` or `"))) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    #[test]
    fn articles_and_punctuation_do_not_count() {
        let scene = Scene::expecting(json!({"answer": {"contains": "30 days"}}));
        assert!(scene.clone().answers("The 30 days. [1]").passes(&KIND));
        assert!(!scene.answers("Within 30 days.").passes(&KIND));
        let any = Scene::expecting(json!({"answer": {"contains_any": ["yes", "of course"]}}));
        assert!(any.answers("Of course!").passes(&KIND));
    }

    #[test]
    fn needs_a_text_to_compare_with() {
        let scene = Scene::expecting(json!({"answer": {"number": {"value": 3}}})).answers("3");
        assert_eq!(scene.unscored(&KIND), Unscored::NotApplicable);
    }
}
