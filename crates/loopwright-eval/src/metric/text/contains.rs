#![doc = include_str!("../../../doc/metric/contains.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::said;
use crate::metric::kind::set;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "contains",
    version: 1,
    title: "this stands in the answer",
    doc: include_str!("../../../doc/metric/contains.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("text", "what must stand in the answer, to the letter; needed"), IGNORE_CASE],
    build: set::<Contains>,
};

pub(super) const IGNORE_CASE: Setting =
    Setting::new("ignore_case", "whether upper and lower case are the same; `false` when absent");

#[derive(Deserialize)]
struct Contains {
    text: String,
    #[serde(default)]
    ignore_case: bool,
}

impl Scorer for Contains {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        match held(judged, std::slice::from_ref(&self.text), self.ignore_case) {
            Ok(held) if held[0] => Reading::Pass(String::new()),
            Ok(_) => Reading::Fail(format!("the answer does not contain `{}`", self.text)),
            Err(absent) => absent,
        }
    }
}

/// Which of `texts` stand in the answer.
pub(super) fn held(judged: &Judged<'_>, texts: &[String], ignore_case: bool) -> Result<Vec<bool>, Reading> {
    let said = said(judged)?;
    if !ignore_case {
        return Ok(texts.iter().map(|text| said.contains(text.as_str())).collect());
    }
    let said = said.to_lowercase();
    Ok(texts.iter().map(|text| said.contains(&text.to_lowercase())).collect())
}

/// `texts` as they stand in a sentence.
pub(super) fn listed<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    texts.map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
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
}
