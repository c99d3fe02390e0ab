#![doc = include_str!("../../../doc/metric/judge_factuality.md")]

use std::collections::BTreeMap;

use loopwright_core::{Direction, Unit};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{Judged, MetricKind, Scale, Setting};
use super::ballot::{Asked, Form, SETTINGS, judge, reasoning};
use super::matter::{Matter, Sight};

pub(crate) const KIND: MetricKind = MetricKind {
    name: "judge_factuality",
    version: 1,
    title: "how the answer's facts stand to those of the reference, by a model",
    doc: include_str!("../../../doc/metric/judge_factuality.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[
        SETTINGS[0],
        SETTINGS[1],
        SETTINGS[2],
        SETTINGS[3],
        Setting::new("values", "what the choices are worth, 0 to 1, such as `{ B = 1.0 }`; as on the page when absent"),
    ],
    build: judge::<Factuality>,
};

/// The choices, with what they are worth unless the settings say otherwise.
const CHOICES: [(&str, f64, &str); 5] = [
    ("A", 0.4, "the answer says a part of what the reference says, and agrees with it"),
    ("B", 0.6, "the answer says more than the reference, and agrees with it"),
    ("C", 1.0, "the answer says the same as the reference"),
    ("D", 0.0, "the answer contradicts the reference"),
    ("E", 1.0, "they differ, and the difference does not matter to the facts"),
];

#[derive(Deserialize)]
struct Factuality {
    #[serde(default)]
    values: BTreeMap<Choice, Share>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Choice {
    A,
    B,
    C,
    D,
    E,
}

/// From 0 to 1.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
struct Share(f64);

impl TryFrom<f64> for Share {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(format!("{value} is not from 0 to 1")) }
    }
}

impl Form for Factuality {
    fn asks(&self, judged: &Judged<'_>, sight: &[Sight]) -> Option<Vec<Asked>> {
        let reference = judged.case.expectation.reference.as_deref()?;
        let matter = Matter::new(judged, sight).with_question().with("Reference:", reference).text();
        let choices: Vec<String> = CHOICES.iter().map(|(letter, _, means)| format!("{letter}: {means}.")).collect();
        let task = "Compare the facts of the answer with those of the reference. Style, grammar and punctuation do not count. Choose:";
        let letters: Vec<&str> = CHOICES.iter().map(|(letter, ..)| *letter).collect();
        let fields = json!({"choice": {"type": "string", "enum": letters}});
        Some(vec![Asked { task: format!("{task}\n{}", choices.join("\n")), matter, fields }])
    }

    fn vote(&self, answers: &[Value]) -> Result<(f64, String), String> {
        let answer = answers.first().unwrap_or(&Value::Null);
        let unread = || format!("chose {}, which is none of A to E", answer["choice"]);
        let choice: Choice = serde_json::from_value(answer["choice"].clone()).map_err(|_| unread())?;
        let (letter, usual, means) = CHOICES[choice as usize];
        let value = self.values.get(&choice).map_or(usual, |share| share.0);
        Ok((value, format!("{letter}: {means}; {}", reasoning(answer))))
    }

    fn scale(&self) -> Scale {
        KIND.scale
    }
}
