#![doc = include_str!("../../../doc/metric/contains_any.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::contains::{IGNORE_CASE, stands_in};
use super::read_said;
use crate::metric::kind::set;
use crate::metric::setting::all_filled;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, listed};

pub(super) const KIND: MetricKind = MetricKind {
    name: "contains_any",
    version: 1,
    title: "one of these stands in the answer",
    doc: include_str!("../../../doc/metric/contains_any.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("texts", "what is looked for, to the letter; needed, and none empty"), IGNORE_CASE],
    build: set::<ContainsAny>,
};

#[derive(Deserialize)]
struct ContainsAny {
    #[serde(deserialize_with = "all_filled")]
    texts: Vec<String>,
    #[serde(default)]
    ignore_case: bool,
}

impl Scorer for ContainsAny {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        read_said(judged, |said| {
            let is_held = stands_in(said, self.ignore_case);
            match self.texts.iter().find(|text| is_held(text)) {
                Some(text) => Reading::Pass(format!("the answer contains `{text}`")),
                None => Reading::Fail(format!("the answer contains none of {}", listed(&self.texts))),
            }
        })
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
