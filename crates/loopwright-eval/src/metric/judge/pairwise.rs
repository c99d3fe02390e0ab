#![doc = include_str!("../../../doc/metric/judge_pairwise.md")]

use loopwright_core::{Direction, Unit};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{Judged, MetricKind, Scale, Setting};
use super::ballot::{Asked, Form, SETTINGS, judge, reasoning};
use super::matter::{Matter, Sight, answer};

pub(crate) const KIND: MetricKind = MetricKind {
    name: "judge_pairwise",
    version: 1,
    title: "whether a model prefers the answer to the reference, asked both ways round",
    doc: include_str!("../../../doc/metric/judge_pairwise.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[
        SETTINGS[0],
        SETTINGS[1],
        SETTINGS[2],
        SETTINGS[3],
        Setting::new("criterion", "by what they are compared; by which helps the asker more, if absent"),
    ],
    build: judge::<Pairwise>,
};

/// By what two answers are compared, if nothing else is said.
const CRITERION: &str = "The better answer is right, and helps whoever asked more.";

#[derive(Deserialize)]
struct Pairwise {
    criterion: Option<String>,
}

impl Form for Pairwise {
    fn asks(&self, judged: &Judged<'_>, sight: &[Sight]) -> Option<Vec<Asked>> {
        let reference = judged.case.expectation.reference.as_deref()?;
        let own = answer(judged).unwrap_or_default();
        // A judge prefers a place: each order is asked, and what the order decides is a tie.
        Some(vec![self.asked(judged, sight, own, reference), self.asked(judged, sight, reference, own)])
    }

    fn vote(&self, answers: &[Value]) -> Result<(f64, String), String> {
        let [first, second] = answers else { return Err("was not asked both ways round".to_owned()) };
        let (forth, back) = (preferred(first)?, preferred(second)?);
        let value = (forth + (1.0 - back)) / 2.0;
        let why = if forth == back && forth != 0.5 { "it prefers a place, whatever stands there: a tie" } else { "" };
        Ok((
            value,
            [why.to_owned(), reasoning(first)]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("; "),
        ))
    }

    fn scale(&self) -> Scale {
        KIND.scale
    }
}

impl Pairwise {
    fn asked(&self, judged: &Judged<'_>, sight: &[Sight], one: &str, two: &str) -> Asked {
        let criterion = self.criterion.as_deref().unwrap_or(CRITERION);
        let matter = Matter::new(judged, sight).with("Criterion:", criterion).with_question();
        let task =
            "Two answers to the same question stand after `Answer 1:` and `Answer 2:`. Say which is better by the \
                    criterion, or that neither is. Their order and their length do not count."
                .to_owned();
        let fields = json!({"better": {"type": "string", "enum": ["1", "2", "neither"]}});
        Asked { task, matter: matter.pair(one, two), fields }
    }
}

/// How far the first answer is preferred: 1, 0, or 0.5 for a tie.
fn preferred(answer: &Value) -> Result<f64, String> {
    match &answer["better"] {
        Value::String(text) if text == "1" => Ok(1.0),
        Value::String(text) if text == "2" => Ok(0.0),
        Value::String(text) if text == "neither" => Ok(0.5),
        Value::Number(number) if number.as_u64() == Some(1) => Ok(1.0),
        Value::Number(number) if number.as_u64() == Some(2) => Ok(0.0),
        other => Err(format!("finds {other} better, which is none of 1, 2 and neither")),
    }
}
