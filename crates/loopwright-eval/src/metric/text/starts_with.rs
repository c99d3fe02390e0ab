#![doc = include_str!("../../../doc/metric/starts_with.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::read_said;
use crate::metric::kind::set;
use crate::metric::setting::filled;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "starts_with",
    version: 1,
    title: "the answer begins with this",
    doc: include_str!("../../../doc/metric/starts_with.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("text", "what the answer must begin with, to the letter; needed, and not empty")],
    build: set::<StartsWith>,
};

#[derive(Deserialize)]
struct StartsWith {
    #[serde(deserialize_with = "filled")]
    text: String,
}

impl Scorer for StartsWith {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        read_said(judged, |said| {
            let fault = || Err(format!("the answer does not begin with `{}`", self.text));
            Reading::judged(if said.starts_with(&self.text) { Ok(String::new()) } else { fault() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn the_first_letters_count() {
        let scene = Scene::expecting(json!({})).answers("Yes, it is.");
        assert_eq!(scene.score_with(&KIND, json!({"text": "Yes"})).value, Some(1.0));
        assert_eq!(scene.score_with(&KIND, json!({"text": "it is"})).value, Some(0.0));
    }
}
