#![doc = include_str!("../../../doc/metric/levenshtein.md")]

use loopwright_core::{Direction, Unit};
use serde::Deserialize;

use super::similarity::{REFERENCE, compared};
use crate::metric::kind::set;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer};

pub(super) const KIND: MetricKind = MetricKind {
    name: "levenshtein",
    version: 1,
    title: "how many letters must change to make the answer the reference",
    doc: include_str!("../../../doc/metric/levenshtein.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[REFERENCE],
    build: set::<Levenshtein>,
};

#[derive(Deserialize)]
struct Levenshtein {
    reference: Option<String>,
}

impl Scorer for Levenshtein {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let distance = |said: &str, reference: &str| strsim::levenshtein(said, reference) as f64;
        compared(judged, self.reference.as_ref(), distance, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    #[test]
    fn counts_insertions_deletions_and_replacements() {
        let scene = Scene::expecting(json!({"reference": "kitten"})).answers("sitting");
        assert_eq!(scene.measures(&KIND), 3.0);
        assert_eq!(scene.score_with(&KIND, json!({"reference": "sitting", "most": 0})).value, Some(1.0));
        let silent = Scene::expecting(json!({"reference": "a"})).score_with(&KIND, json!({"most": 5}));
        assert_eq!((silent.value, silent.evidence.as_str()), (Some(0.0), "the agent said nothing"));
        assert!(matches!(Scene::expecting(json!({"reference": "a"})).unscored(&KIND), Unscored::Scorer(_)));
    }
}
