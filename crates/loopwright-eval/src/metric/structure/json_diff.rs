#![doc = include_str!("../../../doc/metric/json_diff.md")]

use std::collections::BTreeMap;

use loopwright_core::{Direction, Unit, Unscored};
use serde::Deserialize;
use serde_json::Value;

use super::json::found;
use crate::metric::json_path::{is_named, leaves};
use crate::metric::kind::set;
use crate::metric::same::same_argument;
use crate::metric::text::read_said;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, listed};

pub(super) const KIND: MetricKind = MetricKind {
    name: "json_diff",
    version: 1,
    title: "how much of a JSON value is as it should be",
    doc: include_str!("../../../doc/metric/json_diff.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[
        Setting::new("to", "the JSON value to compare with; when absent, the case's `reference` as JSON"),
        Setting::new(
            "ignore",
            "globs over paths that do not count, such as `id`, `items.*.id`, `**.date`; none when absent",
        ),
    ],
    build: set::<JsonDiff>,
};

#[derive(Deserialize)]
struct JsonDiff {
    to: Option<Value>,
    #[serde(default)]
    ignore: Vec<String>,
}

impl Scorer for JsonDiff {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let wanted = match (&self.to, judged.case.expectation.reference.as_deref().map(serde_json::from_str)) {
            (Some(to), _) => to.clone(),
            (None, None) => return Reading::NOT_APPLICABLE,
            (None, Some(Ok(reference))) => reference,
            (None, Some(Err(error))) => {
                return Reading::Unscored(Unscored::Gold(format!("the reference is no JSON: {error}")));
            }
        };
        read_said(judged, |said| match serde_json::from_str(said).ok().or_else(|| found(said).into_iter().next()) {
            Some(said) => self.compared(&wanted, &said),
            None => Reading::Measured { value: 0.0, evidence: "the answer holds no JSON".to_owned() },
        })
    }
}

impl JsonDiff {
    fn compared(&self, wanted: &Value, said: &Value) -> Reading {
        let counted = |value| leaves("", value).into_iter().filter(|(path, _)| !is_named(path, &self.ignore));
        let mut paths: BTreeMap<String, [Option<&Value>; 2]> = BTreeMap::new();
        for (side, value) in [wanted, said].into_iter().enumerate() {
            counted(value).for_each(|(path, leaf)| paths.entry(path).or_default()[side] = Some(leaf));
        }
        if paths.is_empty() {
            return Reading::Unscored(Unscored::Scorer("all paths are ignored".to_owned()));
        }
        let is_same =
            |sides: &[Option<&Value>; 2]| matches!(sides, [Some(wanted), Some(said)] if same_argument(wanted, said));
        let other: Vec<&String> = paths.iter().filter(|(_, sides)| !is_same(sides)).map(|(path, _)| path).collect();
        let value = (paths.len() - other.len()) as f64 / paths.len() as f64;
        let evidence = if other.is_empty() { String::new() } else { format!("not the same: {}", listed(&other)) };
        Reading::Measured { value, evidence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn paths_of_either_side_count() {
        let wanted = json!({"name": "Lid", "price": 3, "tags": ["a", "b"], "id": 7});
        let scene = Scene::expecting(json!({"reference": wanted.to_string()}));
        let scene = scene.answers(r#"Here: {"name": "lid", "price": 3.0, "tags": ["a"], "id": 8, "note": ""}"#);
        // By hand: of name, price, tags.0, tags.1, id and note, the first three are the same.
        let score = scene.score(&KIND);
        assert_eq!((score.value, score.evidence.as_str()), (Some(0.5), "not the same: `id`, `note`, `tags.1`"));
        assert_eq!(scene.score_with(&KIND, json!({"ignore": ["id", "note", "tags.*"]})).value, Some(1.0));
        assert_eq!(scene.score_with(&KIND, json!({"to": {"name": "pan"}, "ignore": ["price"]})).value, Some(0.0));
        assert_eq!(scene.answers("none").measures(&KIND), 0.0);
    }

    #[test]
    fn without_a_value_to_compare_with_there_is_no_score() {
        let broken = Scene::expecting(json!({"reference": "{"})).answers("{}");
        assert!(matches!(broken.unscored(&KIND), Unscored::Gold(_)));
        assert_eq!(Scene::expecting(json!({})).answers("{}").unscored(&KIND), Unscored::NotApplicable);
    }
}
