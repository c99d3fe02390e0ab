#![doc = include_str!("../../../doc/metric/judge_steps.md")]

use loopwright_core::{Direction, Unit};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::setting::filled;
use super::super::{Judged, MetricKind, Scale, Setting};
use super::ballot::{Asked, Form, SETTINGS, judge, reasoning};
use super::matter::{Matter, Sight};

pub(crate) const KIND: MetricKind = MetricKind {
    name: "judge_steps",
    version: 1,
    title: "a model's grade for the answer, step by step",
    doc: include_str!("../../../doc/metric/judge_steps.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[
        SETTINGS[0],
        SETTINGS[1],
        SETTINGS[2],
        SETTINGS[3],
        Setting::new("criterion", "what is graded, such as `coherence: the parts follow from each other`; needed"),
        Setting::new("steps", "what the model goes through before it grades, in order; steps of its own when absent"),
        Setting::new("grades", "the best grade, 2 to 100, the worst being 1; 5 when absent"),
    ],
    build: judge::<Steps>,
};

#[derive(Deserialize)]
struct Steps {
    #[serde(deserialize_with = "filled")]
    criterion: String,
    #[serde(default)]
    steps: Vec<String>,
    #[serde(default = "five")]
    grades: Grades,
}

/// The best grade.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
struct Grades(u32);

impl TryFrom<u32> for Grades {
    type Error = String;

    fn try_from(best: u32) -> Result<Self, String> {
        if (2..=100).contains(&best) { Ok(Self(best)) } else { Err(format!("{best} is not from 2 to 100")) }
    }
}

fn five() -> Grades {
    Grades(5)
}

impl Form for Steps {
    fn asks(&self, judged: &Judged<'_>, sight: &[Sight]) -> Option<Vec<Asked>> {
        let matter = Matter::new(judged, sight).with("Criterion:", &*self.criterion).with_question();
        let matter = match judged.case.expectation.reference.as_deref() {
            Some(reference) => matter.with("Reference:", reference),
            None => matter,
        };
        let best = self.grades.0;
        let numbered = |(index, step): (usize, &String)| format!("{}. {step}", index + 1);
        let steps = match &self.steps[..] {
            [] => "First write down the steps by which the criterion is checked, then go through them.".to_owned(),
            steps => steps.iter().enumerate().map(numbered).collect::<Vec<_>>().join("\n"),
        };
        let task =
            format!("Grade the answer by the criterion, from 1 (worst) to {best} (best). Go step by step:\n{steps}");
        let fields = json!({"grade": {"type": "number", "minimum": 1, "maximum": best}});
        Some(vec![Asked { task, matter: matter.text(), fields }])
    }

    fn vote(&self, answers: &[Value]) -> Result<(f64, String), String> {
        let answer = answers.first().unwrap_or(&Value::Null);
        let best = f64::from(self.grades.0);
        let grade = answer["grade"].as_f64().filter(|grade| (1.0..=best).contains(grade));
        let grade =
            grade.ok_or_else(|| format!("gave the grade {}, which is not from 1 to {best}", answer["grade"]))?;
        Ok(((grade - 1.0) / (best - 1.0), format!("grade {grade} of {best}: {}", reasoning(answer))))
    }

    fn scale(&self) -> Scale {
        KIND.scale
    }
}
