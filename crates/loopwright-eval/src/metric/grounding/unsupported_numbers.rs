#![doc = include_str!("../../../doc/metric/unsupported_numbers.md")]

use loopwright_core::{Direction, Unit};

use super::counted;
use super::material::Material;
use crate::metric::number::numbers;
use crate::metric::text::read_said;
use crate::metric::wording::without_citations;
use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "unsupported_numbers",
    version: 1,
    title: "how many numbers of the answer stand in nothing that the agent was given",
    doc: include_str!("../../../doc/metric/unsupported_numbers.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let material = match Material::of(judged) {
        Ok(material) => material.numbers(),
        Err(unscored) => return unscored,
    };
    read_said(judged, |said| {
        let said: Vec<f64> = numbers(&without_marks(said)).into_iter().map(f64::abs).collect();
        let is_given = |number: &f64| material.iter().any(|given| (given - number).abs() <= 1e-9 * given.max(1.0));
        let unsupported: Vec<f64> = said.iter().copied().filter(|number| !is_given(number)).collect();
        counted(&unsupported, said.len())
    })
}

/// `answer` without its citations and the numbers of its lists: they say where something stands, and nothing of it.
fn without_marks(answer: &str) -> String {
    let bare = without_citations(answer);
    let lines = bare.lines().map(|line| {
        let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix(['.', ')']).filter(|rest| rest.starts_with(' ')).unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    fn scene() -> Scene {
        let scene = Scene::expecting(json!({})).reads(&["Late return costs £5 an hour, and two hours are free."]);
        scene.gets("get", json!({}), r#"{"total":1250.5,"date":"2025-06-19"}"#)
    }

    #[test]
    fn what_was_given_supports_however_it_is_written() {
        let score = scene().answers("1. It is £1,250.50 in all [1].\n2. 2 hours are free, on 19/06/2025.").score(&KIND);
        assert_eq!((score.value, score.evidence.as_str()), (Some(0.0), "0 of 5 without support"));
        let score = scene().answers("It costs £7 an hour, or £1250.").score(&KIND);
        assert_eq!((score.value, score.evidence.as_str()), (Some(2.0), "2 of 2 without support: `7`, `1250`"));
    }

    #[test]
    fn what_was_asked_may_be_repeated() {
        let scene = scene().asks_model("We close at 18:00.", "Is it 77?");
        assert_eq!(scene.answers("It is not 77, and we close at 18:00.").measures(&KIND), 0.0);
    }

    #[test]
    fn without_material_nothing_is_unsupported() {
        let empty = Scene::expecting(json!({})).answers("It is 7.");
        assert!(matches!(empty.unscored(&KIND), Unscored::Scorer(_)));
        assert!(
            matches!(scene().unscored(&KIND), Unscored::Scorer(_)),
            "silence holds no number, and is no good answer"
        );
    }
}
