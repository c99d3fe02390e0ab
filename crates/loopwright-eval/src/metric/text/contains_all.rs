#![doc = include_str!("../../../doc/metric/contains_all.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::contains::{IGNORE_CASE, stands_in};
use super::read_said;
use crate::metric::kind::set;
use crate::metric::setting::all_filled;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, listed};

pub(super) const KIND: MetricKind = MetricKind {
    name: "contains_all",
    version: 1,
    title: "all of these stand in the answer",
    doc: include_str!("../../../doc/metric/contains_all.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("texts", "what is looked for, to the letter; needed, and none empty"), IGNORE_CASE],
    build: set::<ContainsAll>,
};

#[derive(Deserialize)]
struct ContainsAll {
    #[serde(deserialize_with = "all_filled")]
    texts: Vec<String>,
    #[serde(default)]
    ignore_case: bool,
}

impl Scorer for ContainsAll {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        read_said(judged, |said| {
            let is_held = stands_in(said, self.ignore_case);
            let missing = listed(self.texts.iter().filter(|text| !is_held(text)));
            let fault = || Err(format!("the answer does not contain {missing}"));
            Reading::judged(if missing.is_empty() { Ok(String::new()) } else { fault() })
        })
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

    #[test]
    fn a_check_that_cannot_fail_is_refused() {
        for texts in [json!([]), json!(["lid", ""])] {
            let error = KIND.with(json!({"texts": texts}).as_object().unwrap().clone()).unwrap_err().to_string();
            assert!(error.contains("`texts`: "), "{error}");
        }
    }
}
