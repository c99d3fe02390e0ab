#![doc = include_str!("../../../doc/metric/math.md")]

use loopwright_core::{Direction, Unscored};
use serde::Deserialize;

use super::formula::{Quantity, evaluated, unset};
use super::read_said;
use crate::metric::kind::set;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "math",
    version: 1,
    title: "the answer is the same quantity, however it is written",
    doc: include_str!("../../../doc/metric/math.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("to", "the quantity, as text or LaTeX; when absent, the case's `reference`")],
    build: set::<Math>,
};

#[derive(Deserialize)]
struct Math {
    to: Option<String>,
}

impl Scorer for Math {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let reference = judged.case.expectation.reference.as_ref();
        let Some(wanted) = self.to.as_ref().or(reference) else { return Reading::NOT_APPLICABLE };
        let wanted = result(wanted);
        if wanted.is_empty() {
            return Reading::Unscored(Unscored::Gold("there is nothing to compare with".to_owned()));
        }
        read_said(judged, |said| Reading::judged(same(wanted, result(said))))
    }
}

/// What is no quantity of the stated form is compared as it is written, but for space and what LaTeX sets it with.
fn same(wanted: &str, said: &str) -> Result<String, String> {
    let is_same = match (evaluated(wanted), evaluated(said)) {
        (Some(wanted), Some(said)) => Quantity::is_same(wanted, said),
        _ => unset(wanted) == unset(said),
    };
    if is_same { Ok(format!("`{said}` is `{wanted}`")) } else { Err(format!("`{said}` is not `{wanted}`")) }
}

/// The part of `text` that states the result: the last `\boxed{}`; what follows the last `####` or `answer:` on its line;
/// the last formula between dollars; otherwise all of it.
fn result(text: &str) -> &str {
    let found = boxed(text).or_else(|| announced(text)).or_else(|| between_dollars(text)).unwrap_or(text);
    found.trim().trim_end_matches('.').trim()
}

fn boxed(text: &str) -> Option<&str> {
    let (_, inner) = text.rsplit_once("\\boxed{")?;
    let mut depth = 1;
    let end = inner.find(|c| {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        depth == 0
    })?;
    Some(&inner[..end])
}

fn announced(text: &str) -> Option<&str> {
    // Lower case in ASCII keeps every place where it is.
    let lower = text.to_ascii_lowercase();
    let marks = ["####", "answer:", "answer is"];
    let begin = marks.iter().filter_map(|mark| lower.rfind(mark).map(|at| at + mark.len())).max()?;
    text[begin..].trim_start().lines().next().map(|line| line.trim_matches(['*', ' ']))
}

fn between_dollars(text: &str) -> Option<&str> {
    let (before, _) = text.rsplit_once('$')?;
    let (_, formula) = before.rsplit_once('$')?;
    // Of dollars that are money, the second stands behind a space.
    (!formula.is_empty() && formula.trim() == formula).then_some(formula)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    fn passes(to: &str, said: &str) -> bool {
        let score = Scene::expecting(json!({})).answers(said).score_with(&KIND, json!({"to": to}));
        score.value == Some(1.0)
    }

    #[test]
    fn the_result_is_found_in_the_answer() {
        assert_eq!(result("so $x=2$, thus \\boxed{\\frac{1}{2}}."), "\\frac{1}{2}");
        assert_eq!(result("12 eggs\n#### 1,234"), "1,234");
        assert_eq!(result("**Answer:** 3/4.\nThank you."), "3/4");
        assert_eq!(result("It is $5$ or rather $\\sqrt{2}$."), "\\sqrt{2}");
        assert_eq!(result("It costs $5 and not $6"), "It costs $5 and not $6");
        assert_eq!(result(" 7. "), "7");
    }

    #[test]
    fn the_same_quantity_may_be_written_otherwise() {
        for (wanted, said, holds) in [
            ("1/2", "The answer is 0.5.", true),
            ("1/2", "\\boxed{50\\%}", true),
            ("1/3", "0.333", false),
            ("1234.5", "$1,234.50$", true),
            ("\\frac{\\sqrt{2}}{2}", "\\boxed{1/\\sqrt{2}}", true),
            ("x+1", "$x + 1$", true),
            ("x+1", "x+2", false),
            ("2", "3", false),
        ] {
            assert_eq!(passes(wanted, said), holds, "{wanted} {said}");
        }
    }

    #[test]
    fn the_reference_is_what_is_compared_with() {
        let scene = Scene::expecting(json!({"reference": "He eats 3.\n#### 6"})).answers("\\boxed{2 \\cdot 3}");
        assert!(scene.passes(&KIND));
        assert_eq!(scene.answers("5").score(&KIND).evidence, "`5` is not `6`");
        assert_eq!(Scene::expecting(json!({})).answers("5").unscored(&KIND), Unscored::NotApplicable);
    }
}
