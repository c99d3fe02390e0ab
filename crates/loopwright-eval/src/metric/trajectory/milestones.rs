#![doc = include_str!("../../../doc/metric/milestones.md")]

use std::collections::BTreeMap;
use std::sync::Arc;

use loopwright_core::{Direction, GoldArg, GoldCall, Unit};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::likeness::{Terms, likeness};
use crate::metric::call::{MadeCall, made_calls};
use crate::metric::squad::{f1, words};
use crate::metric::wording::{contains, folded};
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError, answer};

pub(super) const KIND: MetricKind = MetricKind {
    name: "milestones",
    version: 1,
    title: "how far a run comes along its milestones, and past no minefield",
    doc: include_str!("../../../doc/metric/milestones.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[
        Setting::new(
            "milestones",
            "up to 12 of them, each with `name`, `tool` and perhaps `args`, or `says`, and `after`",
        ),
        Setting::new(
            "minefields",
            "calls that must not be made, each with `name`, `tool` and perhaps `args`; none when absent",
        ),
    ],
    build,
};

/// Each set of milestones that are reached is a state of the search, and there are two to the power of their number.
const MOST: usize = 12;

#[derive(Deserialize)]
struct Settings {
    milestones: Vec<Mark>,
    #[serde(default)]
    minefields: Vec<Mark>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    name: String,
    tool: Option<String>,
    #[serde(default)]
    args: BTreeMap<String, GoldArg>,
    says: Option<String>,
    #[serde(default)]
    after: Vec<String>,
}

/// What happens at a milestone.
enum Sight {
    Call(GoldCall),
    Says(String),
}

/// Invariant: a milestone comes only after such as stand before it.
struct Milestones {
    names: Vec<String>,
    sights: Vec<Sight>,
    /// For each milestone the set of those that must be reached before, a bit for each.
    before: Vec<usize>,
    minefields: Vec<(String, GoldCall)>,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let Settings { milestones, minefields } = SettingError::read(settings)?;
    if milestones.is_empty() || milestones.len() > MOST {
        return Err(SettingError::at("milestones", format!("there must be 1 to {MOST} milestones")));
    }
    let mut made = Milestones { names: vec![], sights: vec![], before: vec![], minefields: vec![] };
    for mark in milestones {
        made.add(mark).map_err(|fault| SettingError::at("milestones", fault))?;
    }
    for mark in minefields {
        let name = mark.name.clone();
        match mark.sight() {
            Ok(Sight::Call(call)) => made.minefields.push((name, call)),
            _ => return Err(SettingError::at("minefields", format!("the minefield `{name}` needs a `tool`"))),
        }
    }
    Ok(Arc::new(made))
}

impl Mark {
    fn sight(self) -> Result<Sight, String> {
        match (self.tool, self.says) {
            (Some(tool), None) => Ok(Sight::Call(GoldCall { tool, args: self.args })),
            (None, Some(says)) if self.args.is_empty() && !words(&says).is_empty() => Ok(Sight::Says(says)),
            _ => Err(format!("the milestone `{}` needs `tool`, or else `says` with a word", self.name)),
        }
    }
}

impl Milestones {
    fn add(&mut self, mark: Mark) -> Result<(), String> {
        let mut before = 0;
        for name in &mark.after {
            match self.names.iter().position(|known| known == name) {
                Some(at) => before |= 1 << at,
                None => return Err(format!("`{}` comes after `{name}`, which does not stand before it", mark.name)),
            }
        }
        if self.names.contains(&mark.name) {
            return Err(format!("there are two milestones `{}`", mark.name));
        }
        self.names.push(mark.name.clone());
        self.before.push(before);
        self.sights.push(mark.sight()?);
        Ok(())
    }

    /// The likeness of each milestone where all together are likest: `steps` holds for each step of the run how like each
    /// milestone it is. Goes through the steps with the best for each set of milestones that lies behind; a milestone may also be
    /// passed by, for nothing.
    fn reached(&self, steps: &[Vec<f64>]) -> Vec<f64> {
        let count = self.names.len();
        let mut best: Vec<Option<Vec<f64>>> = vec![None; 1 << count];
        best[0] = Some(vec![0.0; count]);
        self.pass_by(&mut best);
        for step in steps {
            let earlier = best.clone();
            for (set, reached) in earlier.iter().enumerate() {
                let Some(reached) = reached else { continue };
                for at in self.next(set) {
                    let mut reached = reached.clone();
                    reached[at] = step[at];
                    improve(&mut best[set | 1 << at], reached);
                }
            }
            self.pass_by(&mut best);
        }
        best.pop().flatten().unwrap_or_else(|| vec![0.0; count])
    }

    /// The milestones that may come when those of `set` lie behind.
    fn next(&self, set: usize) -> impl Iterator<Item = usize> {
        let is_next = move |at: &usize| set & (1 << at) == 0 && self.before[*at] & !set == 0;
        (0..self.names.len()).filter(is_next)
    }

    fn pass_by(&self, best: &mut [Option<Vec<f64>>]) {
        for set in 0..best.len() {
            let Some(reached) = best[set].clone() else { continue };
            for at in self.next(set) {
                improve(&mut best[set | 1 << at], reached.clone());
            }
        }
    }
}

fn improve(best: &mut Option<Vec<f64>>, other: Vec<f64>) {
    let sum = |reached: &Vec<f64>| reached.iter().sum::<f64>();
    if best.as_ref().is_none_or(|best| sum(best) < sum(&other)) {
        *best = Some(other);
    }
}

impl Scorer for Milestones {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        if let Some(failure) = answer::failed(judged) {
            return Reading::Absent(failure);
        }
        let made = made_calls(&judged.trial.trace);
        let is_hit = |(_, call): &&(String, GoldCall)| made.iter().any(|made| call_likeness(call, made) == 1.0);
        if let Some((name, _)) = self.minefields.iter().find(is_hit) {
            return Reading::Measured { value: 0.0, evidence: format!("the run goes through the minefield `{name}`") };
        }
        let mut steps: Vec<Vec<f64>> = made.iter().map(|made| self.likenesses(|sight| of_call(sight, made))).collect();
        steps.push(self.likenesses(|sight| of_answer(sight, judged.trial.trace.outcome.text())));
        let reached = self.reached(&steps);
        let short = self.names.iter().zip(&reached).filter(|(_, share)| **share < 1.0);
        let short: Vec<String> = short.map(|(name, share)| format!("`{name}`: {share:.2}")).collect();
        Reading::Measured { value: reached.iter().sum::<f64>() / reached.len() as f64, evidence: short.join("; ") }
    }
}

impl Milestones {
    fn likenesses(&self, of: impl Fn(&Sight) -> f64) -> Vec<f64> {
        self.sights.iter().map(of).collect()
    }
}

/// A call that was not carried out has reached nothing, but is no less one that was tried.
fn of_call(sight: &Sight, made: &MadeCall<'_>) -> f64 {
    match sight {
        Sight::Call(call) if made.was_carried_out() => call_likeness(call, made),
        _ => 0.0,
    }
}

fn call_likeness(call: &GoldCall, made: &MadeCall<'_>) -> f64 {
    likeness(call, made, &Terms::default())
}

fn of_answer(sight: &Sight, answer: &str) -> f64 {
    match sight {
        Sight::Says(wanted) if contains(&folded(answer), &folded(wanted)) => 1.0,
        Sight::Says(wanted) => f1(&words(answer), &words(wanted)),
        Sight::Call(_) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::ToolStatus;
    use serde_json::json;

    fn settings() -> Value {
        json!({
            "milestones": [
                {"name": "found", "tool": "find"},
                {"name": "cancelled", "tool": "cancel", "args": {"id": 1, "why": "late"}, "after": ["found"]},
                {"name": "told", "says": "it is cancelled", "after": ["cancelled"]},
            ],
            "minefields": [{"name": "refunded", "tool": "refund"}],
        })
    }

    fn value(scene: &Scene) -> f64 {
        scene.score_with(&KIND, settings()).value.unwrap()
    }

    #[test]
    fn milestones_are_reached_in_their_order() {
        let scene = Scene::expecting(json!({})).answers("Done: it is cancelled.");
        let cancel = |scene: Scene| scene.calls("cancel", json!({"id": 1, "why": "late"}));
        assert_eq!(value(&cancel(scene.clone().calls("find", json!({})))), 1.0);
        // What comes before its turn is not reached: here the better of the two calls that exclude each other counts.
        assert!((value(&cancel(scene.clone()).calls("find", json!({}))) - 2.0 / 3.0).abs() < 1e-12);
        // By hand: half of the arguments of one, and nothing of the other.
        assert!((value(&scene.clone().calls("cancel", json!({"id": 1}))) - 1.5 / 3.0).abs() < 1e-12);
        let score = scene.calls_and_gets("find", json!({}), ToolStatus::Broken).score_with(&KIND, settings());
        assert_eq!(score.evidence, "`found`: 0.00; `cancelled`: 0.00");
    }

    #[test]
    fn a_minefield_voids_everything() {
        let scene = Scene::expecting(json!({})).answers("It is cancelled.").calls("find", json!({}));
        let score = scene.calls_and_gets("refund", json!({}), ToolStatus::Denied).score_with(&KIND, settings());
        let evidence = "the run goes through the minefield `refunded`";
        assert_eq!((score.value, score.evidence.as_str()), (Some(0.0), evidence));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for milestones in [
            json!([]),
            json!([{"name": "a"}]),
            json!([{"name": "a", "tool": "x", "says": "y"}]),
            json!([{"name": "a", "tool": "x", "after": ["b"]}, {"name": "b", "tool": "y"}]),
            json!([{"name": "a", "tool": "x"}, {"name": "a", "tool": "y"}]),
        ] {
            let settings = json!({"milestones": milestones});
            assert!(KIND.with(settings.as_object().unwrap().clone()).is_err(), "{settings}");
        }
    }
}
