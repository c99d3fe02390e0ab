#![doc = include_str!("../../../doc/metric/judge_rubric.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::super::setting::filled;
use super::super::{Judged, MetricKind, Scale, Setting};
use super::ballot::{Asked, Form, SETTINGS, judge, verdict_fields};
use super::matter::{Matter, Sight};

pub(crate) const KIND: MetricKind = MetricKind {
    name: "judge_rubric",
    version: 1,
    title: "a model finds that the answer meets the rubric",
    doc: include_str!("../../../doc/metric/judge_rubric.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        SETTINGS[0],
        SETTINGS[1],
        SETTINGS[2],
        SETTINGS[3],
        Setting::new(
            "rubric",
            "what the answer must be like, in a sentence or two; the case's own `rubric` when absent",
        ),
    ],
    build: judge::<Rubric>,
};

#[derive(Deserialize)]
struct Rubric {
    #[serde(default, deserialize_with = "filled_option")]
    rubric: Option<String>,
}

fn filled_option<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    filled(deserializer).map(Some)
}

impl Form for Rubric {
    fn asks(&self, judged: &Judged<'_>, sight: &[Sight]) -> Option<Vec<Asked>> {
        let rubric = judged.case.expectation.rubric.as_deref().or(self.rubric.as_deref())?;
        let matter = Matter::new(judged, sight).with("Criterion:", rubric).with_question().text();
        let task = "Judge whether the answer meets the criterion.".to_owned();
        Some(vec![Asked { task, matter, fields: verdict_fields() }])
    }
}
