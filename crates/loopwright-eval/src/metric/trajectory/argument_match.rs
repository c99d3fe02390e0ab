#![doc = include_str!("../../../doc/metric/argument_match.md")]

use loopwright_core::{Direction, GoldCall, Unit};
use serde::Deserialize;

use super::likeness::{Terms, likeness};
use crate::metric::call::{MadeCall, made_calls};
use crate::metric::kind::set;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "argument_match",
    version: 1,
    title: "how many values of the needed calls are right",
    doc: include_str!("../../../doc/metric/argument_match.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[
        Setting::new("exact", "whether values that the case does not name count as wrong; `false` when absent"),
        Setting::new(
            "ignore",
            "globs over paths that do not count, such as `note`, `items.*.id`, `**.date`; none when absent",
        ),
    ],
    build: set::<ArgumentMatch>,
};

#[derive(Deserialize)]
struct ArgumentMatch {
    #[serde(default)]
    exact: bool,
    #[serde(default)]
    ignore: Vec<String>,
}

impl Scorer for ArgumentMatch {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let needed = match judged.case.expectation.calls.as_deref() {
            None | Some([]) => return Reading::NOT_APPLICABLE,
            Some(needed) => needed,
        };
        let terms = Terms { exact: self.exact, ignore: self.ignore.clone() };
        let shares = best(needed, &made_calls(&judged.trial.trace), &terms);
        let short = needed.iter().zip(&shares).filter(|(_, share)| **share < 1.0);
        let short: Vec<String> = short.map(|(gold, share)| format!("`{}`: {share:.2}", gold.tool)).collect();
        Reading::Measured { value: shares.iter().sum::<f64>() / shares.len() as f64, evidence: short.join("; ") }
    }
}

/// How like each needed call the call is that stands for it: the likest pair first, and each call for one alone.
fn best(needed: &[GoldCall], made: &[MadeCall<'_>], terms: &Terms) -> Vec<f64> {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (gold_at, gold) in needed.iter().enumerate() {
        pairs.extend(made.iter().enumerate().map(|(made_at, made)| (likeness(gold, made, terms), gold_at, made_at)));
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut shares, mut taken) = (vec![None; needed.len()], vec![false; made.len()]);
    for (share, gold_at, made_at) in pairs {
        if shares[gold_at].is_none() && !taken[made_at] {
            (shares[gold_at], taken[made_at]) = (Some(share), true);
        }
    }
    shares.into_iter().map(Option::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::{Value, json};

    fn value(scene: &Scene, settings: Value) -> f64 {
        scene.score_with(&KIND, settings).value.unwrap()
    }

    #[test]
    fn values_count_one_by_one() {
        let order = json!({"id": "A-1", "items": [{"sku": "x", "n": 2}, {"sku": "y", "n": 1}]});
        let scene = Scene::expecting(json!({"calls": [{"tool": "order", "args": order}]}));
        let made = json!({"id": "a-1", "items": [{"sku": "x", "n": 2.0}, {"sku": "z", "n": 1}], "note": "soon"});
        let scene = scene.calls("order", made);
        // By hand: of `id`, two `sku` and two `n`, one `sku` is wrong; `note` is beyond.
        assert_eq!(value(&scene, json!({})), 0.8);
        assert_eq!(scene.score(&KIND).evidence, "`order`: 0.80");
        assert_eq!(value(&scene, json!({"exact": true})), 4.0 / 6.0);
        assert_eq!(value(&scene, json!({"exact": true, "ignore": ["note", "items.*.sku"]})), 1.0);
    }

    #[test]
    fn each_needed_call_has_a_call_of_its_own() {
        let needed = json!([{"tool": "get", "args": {"id": 1}}, {"tool": "get", "args": {"id": {"any": [2, 3]}}}]);
        let scene = Scene::expecting(json!({"calls": needed}));
        assert_eq!(value(&scene.clone().calls("get", json!({"id": 3})), json!({})), 0.5);
        assert_eq!(value(&scene.clone().calls("get", json!({"id": 3})).calls("get", json!({"id": 1})), json!({})), 1.0);
        assert_eq!(value(&scene.calls("other", json!({"id": 1})), json!({})), 0.0);
        assert_eq!(Scene::expecting(json!({"calls": []})).unscored(&KIND), Unscored::NotApplicable);
    }
}
