#![doc = include_str!("../../../doc/metric/contains_all.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::contains::{IGNORE_CASE, held, listed};
use crate::metric::kind::set;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "contains_all",
    version: 1,
    title: "all of these stand in the answer",
    doc: include_str!("../../../doc/metric/contains_all.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("texts", "what is looked for, to the letter; needed"), IGNORE_CASE],
    build: set::<ContainsAll>,
};

#[derive(Deserialize)]
struct ContainsAll {
    texts: Vec<String>,
    #[serde(default)]
    ignore_case: bool,
}

impl Scorer for ContainsAll {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let held = match held(judged, &self.texts, self.ignore_case) {
            Ok(held) => held,
            Err(absent) => return absent,
        };
        let missing: Vec<&String> =
            self.texts.iter().zip(held).filter(|(_, held)| !held).map(|(text, _)| text).collect();
        if missing.is_empty() {
            Reading::Pass(String::new())
        } else {
            Reading::Fail(format!("the answer does not contain {}", listed(missing.into_iter())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn names_what_is_missing() {
        let scene = Scene::expecting(json!({})).answers("A pan with a lid.");
        assert_eq!(scene.score_with(&KIND, json!({"texts": ["PAN", "lid"], "ignore_case": true})).value, Some(1.0));
        let score = scene.score_with(&KIND, json!({"texts": ["PAN", "lid", "pot"]}));
        assert_eq!(score.evidence, "the answer does not contain `PAN`, `pot`");
    }
}
