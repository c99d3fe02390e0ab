#![doc = include_str!("../../doc/metric/token_f1.md")]

use loopwright_core::{Direction, Unit};

use super::squad::{f1, gold_texts, words};
use super::{Judged, Metric, Reading, answer};

pub(super) const METRIC: Metric = Metric {
    name: "token_f1",
    version: 1,
    title: "how many words the answer and the gold text share",
    doc: include_str!("../../doc/metric/token_f1.md"),
    unit: Unit::Share,
    direction: Direction::Up,
    read,
};

fn read(judged: &Judged<'_>) -> Reading {
    let gold = gold_texts(judged.case.expectation.answer.as_ref());
    if gold.is_empty() {
        return Reading::NOT_APPLICABLE;
    }
    if let Some(evidence) = answer::failure(judged) {
        return Reading::Measured { value: 0.0, evidence };
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
        let score = scene.answers("Within 30 days. [1]").score(&METRIC);
        assert_eq!((score.value, score.verdict), (Some(0.8), Verdict::Measured));
    }

    #[test]
    fn saying_nothing_shares_nothing() {
        assert_eq!(Scene::expecting(json!({"answer": {"equals": "a"}})).measures(&METRIC), 0.0);
        let all = Scene::expecting(json!({"answer": {"contains_all": ["a", "b"]}})).answers("a");
        assert_eq!(all.unscored(&METRIC), Unscored::NotApplicable);
    }
}
