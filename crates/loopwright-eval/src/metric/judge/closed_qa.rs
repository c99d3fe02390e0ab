#![doc = include_str!("../../../doc/metric/judge_closed_qa.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::super::{Judged, MetricKind, Scale, Setting};
use super::ballot::{Asked, Form, SETTINGS, judge, verdict_fields};
use super::matter::{Matter, Sight};

pub(crate) const KIND: MetricKind = MetricKind {
    name: "judge_closed_qa",
    version: 1,
    title: "a model finds that the answer says what the reference says",
    doc: include_str!("../../../doc/metric/judge_closed_qa.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        SETTINGS[0],
        SETTINGS[1],
        SETTINGS[2],
        SETTINGS[3],
        Setting::new("criterion", "when the answer is right; when it gives what the reference gives, if absent"),
    ],
    build: judge::<ClosedQa>,
};

/// When an answer is right, if nothing else is said.
const CRITERION: &str =
    "The answer gives what the reference gives, in whatever words, and nothing that contradicts it.";

#[derive(Deserialize)]
struct ClosedQa {
    criterion: Option<String>,
}

impl Form for ClosedQa {
    fn asks(&self, judged: &Judged<'_>, sight: &[Sight]) -> Option<Vec<Asked>> {
        let reference = judged.case.expectation.reference.as_deref()?;
        let criterion = self.criterion.as_deref().unwrap_or(CRITERION);
        let matter = Matter::new(judged, sight).with("Criterion:", criterion).with_question();
        let matter = matter.with("Reference:", reference).text();
        let task = "Judge whether the answer meets the criterion.".to_owned();
        Some(vec![Asked { task, matter, fields: verdict_fields() }])
    }
}
