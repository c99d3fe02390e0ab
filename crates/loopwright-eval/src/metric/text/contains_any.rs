#![doc = include_str!("../../../doc/metric/contains_any.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::contains::{IGNORE_CASE, held, listed};
use crate::metric::kind::set;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "contains_any",
    version: 1,
    title: "one of these stands in the answer",
    doc: include_str!("../../../doc/metric/contains_any.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("texts", "what is looked for, to the letter; needed"), IGNORE_CASE],
    build: set::<ContainsAny>,
};

#[derive(Deserialize)]
struct ContainsAny {
    texts: Vec<String>,
    #[serde(default)]
    ignore_case: bool,
}

impl Scorer for ContainsAny {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let held = match held(judged, &self.texts, self.ignore_case) {
            Ok(held) => held,
            Err(absent) => return absent,
        };
        match self.texts.iter().zip(held).find(|(_, held)| *held) {
            Some((text, _)) => Reading::Pass(format!("the answer contains `{text}`")),
            None => Reading::Fail(format!("the answer contains none of {}", listed(self.texts.iter()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn names_what_it_found() {
        let scene = Scene::expecting(json!({})).answers("A pan with a lid.");
        assert_eq!(scene.score_with(&KIND, json!({"texts": ["pot", "lid"]})).evidence, "the answer contains `lid`");
        let none = scene.score_with(&KIND, json!({"texts": ["pot", "LID"]}));
        assert_eq!((none.value, none.evidence.as_str()), (Some(0.0), "the answer contains none of `pot`, `LID`"));
    }
}
