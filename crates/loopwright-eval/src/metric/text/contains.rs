#![doc = include_str!("../../../doc/metric/contains.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::read_said;
use crate::metric::kind::set;
use crate::metric::setting::filled;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "contains",
    version: 1,
    title: "this stands in the answer",
    doc: include_str!("../../../doc/metric/contains.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new("text", "what must stand in the answer, to the letter; needed, and not empty"),
        IGNORE_CASE,
    ],
    build: set::<Contains>,
};

pub(super) const IGNORE_CASE: Setting =
    Setting::new("ignore_case", "whether upper and lower case are the same; `false` when absent");

#[derive(Deserialize)]
struct Contains {
    #[serde(deserialize_with = "filled")]
    text: String,
    #[serde(default)]
    ignore_case: bool,
}

impl Scorer for Contains {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        read_said(judged, |said| {
            let is_held = stands_in(said, self.ignore_case)(&self.text);
            let missing = || Err(format!("the answer does not contain `{}`", self.text));
            Reading::judged(if is_held { Ok(String::new()) } else { missing() })
        })
    }
}

/// Whether a text stands in what was `said`.
pub(super) fn stands_in(said: &str, ignore_case: bool) -> impl Fn(&String) -> bool {
    let folded = move |text: &str| if ignore_case { text.to_lowercase() } else { text.to_owned() };
    let said = folded(said);
    move |text| said.contains(&folded(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn to_the_letter_unless_case_is_ignored() {
        let scene = Scene::expecting(json!({})).answers("Within 30 Days.");
        let holds = |settings| scene.score_with(&KIND, settings).value == Some(1.0);
        assert!(holds(json!({"text": "30 Days"})) && !holds(json!({"text": "30 days"})));
        assert!(holds(json!({"text": "30 dAYS", "ignore_case": true})));
        assert!(!holds(json!({"text": "Days", "not": true})) && holds(json!({"text": "weeks", "not": true})));
        let silent = Scene::expecting(json!({})).score_with(&KIND, json!({"text": "x", "not": true}));
        assert_eq!(silent.evidence, "the agent said nothing");
    }

    #[test]
    fn a_check_that_cannot_fail_is_refused() {
        let error = KIND.with(json!({"text": ""}).as_object().unwrap().clone()).unwrap_err().to_string();
        assert!(error.contains("`text`: an empty text stands in every answer"), "{error}");
    }
}
