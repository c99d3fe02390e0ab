#![doc = include_str!("../../doc/metric/token_f1.md")]

use loopwright_core::{Direction, Unit};

use super::squad::{f1, gold_texts, words};
use super::{Judged, MetricKind, Reading, Scale, answer, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "token_f1",
    version: 1,
    title: "how many words the answer and the gold text share",
    doc: include_str!("../../doc/metric/token_f1.md"),
    scale: Scale::Measure(Unit::Share),
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
    Reading::measured(gold.iter().map(|gold| f1(&said, &words(gold))).fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{Unscored, Verdict};
    use serde_json::json;

    #[test]
    fn is_the_best_over_the_gold_texts() {
        let scene = Scene::expecting(json!({"answer": {"contains_any": ["nothing at all", "30 days"]}}));
        let score = scene.answers("Within 30 days. [1]").score(&KIND);
        assert_eq!((score.value, score.verdict), (Some(0.8), Verdict::Measured));
    }

    #[test]
    fn saying_nothing_shares_nothing() {
        assert_eq!(Scene::expecting(json!({"answer": {"equals": "a"}})).measures(&KIND), 0.0);
        let all = Scene::expecting(json!({"answer": {"contains_all": ["a", "b"]}})).answers("a");
        assert_eq!(all.unscored(&KIND), Unscored::NotApplicable);
    }
}
