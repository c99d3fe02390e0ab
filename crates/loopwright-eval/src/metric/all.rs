#![doc = include_str!("../../doc/metric/all.md")]

use loopwright_core::Direction;

use super::composition::{Rule, composed};
use super::{MetricKind, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "all",
    version: 1,
    title: "each of its checks holds",
    doc: include_str!("../../doc/metric/all.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: super::composition::SETTINGS,
    build: |settings| composed(settings, Rule::All),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn one_that_does_not_hold_is_enough() {
        let scene = Scene::expecting(json!({"answer": {"contains": "30 days"}})).answers("Within 30 days.");
        let checks = |more: serde_json::Value| json!({"checks": [{"metric": "answer"}, more]});
        let fails = scene.score_with(&KIND, checks(json!({"metric": "tool_calls", "least": 1, "name": "looks it up"})));
        assert_eq!(fails.evidence, "`looks it up`: 0 is less than 1");
        let nested = json!({"metric": "any", "checks": [{"metric": "tool_calls", "least": 1}, {"metric": "answer"}]});
        assert_eq!(scene.score_with(&KIND, checks(nested)).value, Some(1.0));
    }

    #[test]
    fn a_broken_check_shows_before_anything_runs() {
        for (settings, at) in [
            (json!({}), vec![]),
            (json!({"checks": []}), vec!["checks"]),
            (json!({"checks": [{"metric": "answer"}, {"metric": "answr"}]}), vec!["checks", "1", "metric"]),
            (json!({"checks": [{"metric": "tokens", "most": "x"}]}), vec!["checks", "0", "most"]),
            (json!({"checks": [{"metric": "tokens"}]}), vec!["checks", "0", "metric"]),
        ] {
            match KIND.with(settings.as_object().unwrap().clone()).unwrap_err() {
                crate::MetricError::Setting { source, .. } => assert_eq!(source.at, at, "{source}"),
                other => panic!("{other}"),
            }
        }
    }
}
