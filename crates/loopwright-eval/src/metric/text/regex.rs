#![doc = include_str!("../../../doc/metric/regex.md")]

use std::sync::Arc;

use loopwright_core::Direction;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::read_said;
use crate::metric::setting::filled;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError};

pub(super) const KIND: MetricKind = MetricKind {
    name: "regex",
    version: 1,
    title: "a pattern matches somewhere in the answer",
    doc: include_str!("../../../doc/metric/regex.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("pattern", "a regular expression in the syntax of Rust's `regex`; needed, and not empty")],
    build,
};

#[derive(Deserialize)]
struct Settings {
    #[serde(deserialize_with = "filled")]
    pattern: String,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let Settings { pattern } = SettingError::read(settings)?;
    let regex = Regex::new(&pattern)
        .map_err(|error| SettingError::at("pattern", format!("`{pattern}` is no regular expression: {error}")))?;
    Ok(Arc::new(move |judged: &Judged<'_>| {
        read_said(judged, |said| match regex.find(said) {
            Some(found) => Reading::Pass(format!("`{}` matches", found.as_str())),
            None => Reading::Fail(format!("the answer does not match `{regex}`")),
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn matches_anywhere() {
        let scene = Scene::expecting(json!({})).answers("Order A-1042 is sent.");
        assert_eq!(scene.score_with(&KIND, json!({"pattern": r"A-\d{4}"})).evidence, "`A-1042` matches");
        assert_eq!(scene.score_with(&KIND, json!({"pattern": "^A-"})).value, Some(0.0));
    }

    #[test]
    fn a_pattern_that_matches_every_answer_is_refused() {
        let error = KIND.with(json!({"pattern": ""}).as_object().unwrap().clone()).unwrap_err().to_string();
        assert!(error.contains("an empty text stands in every answer"), "{error}");
    }

    #[test]
    fn a_broken_pattern_is_refused_at_once() {
        let error = KIND.with(json!({"pattern": "("}).as_object().unwrap().clone()).unwrap_err().to_string();
        assert!(error.contains("`(` is no regular expression"), "{error}");
    }
}
