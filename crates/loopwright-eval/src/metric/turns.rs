#![doc = include_str!("../../doc/metric/turns.md")]

use std::sync::Arc;

use loopwright_core::{ActedTrial, Check, Direction, Outcome, Trace, Unscored};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::composition::{Composition, Rule};
use super::{Judged, MetricKind, Question, Reading, Respondent, Scale, Scorer, Setting, SettingError};

pub(super) const KIND: MetricKind = MetricKind {
    name: "turns",
    version: 1,
    title: "its checks hold in each turn of the conversation, or in one",
    doc: include_str!("../../doc/metric/turns.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new(
            "checks",
            "what must hold of a turn's answer: each a kind of metric under `metric` with its settings; needed",
        ),
        Setting::new("in", "`each` turn, `any` turn, or the `last`; `each` when absent"),
    ],
    build,
};

/// In which turns the checks must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    #[default]
    Each,
    Any,
    Last,
}

struct Turns {
    checks: Composition,
    which: Which,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    #[derive(Deserialize)]
    struct Settings {
        checks: Vec<Check>,
        #[serde(default, rename = "in")]
        which: Which,
    }
    let Settings { checks, which } = SettingError::read(settings)?;
    let checks = Composition::new(&checks, Rule::All).map_err(|error| error.below("checks"))?;
    Ok(Arc::new(Turns { checks, which }))
}

impl Turns {
    /// What is looked at, a trial for each turn: the answer is the turn's own, all else is the whole conversation's.
    fn looked_at(&self, judged: &Judged<'_>) -> Vec<ActedTrial> {
        let trace = &judged.trial.trace;
        let answers: Vec<&str> = trace.turns().map(|(_, answered)| answered).collect();
        if self.which == Which::Last || answers.is_empty() {
            return vec![judged.trial.clone()];
        }
        let last = answers.len() - 1;
        let outcome = |(place, answer): (usize, &&str)| match place == last {
            true => trace.outcome.clone(),
            false => Outcome::Answered { text: (*answer).to_owned() },
        };
        let of = |outcome| ActedTrial { trace: Trace { outcome, ..trace.clone() }, ..judged.trial.clone() };
        answers.iter().enumerate().map(outcome).map(of).collect()
    }
}

impl Scorer for Turns {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let turns = self.looked_at(judged);
        let readings: Vec<Reading> = turns.iter().map(|trial| self.checks.read(&Judged { trial, ..*judged })).collect();
        if let Some(unscored) = readings.iter().find(|reading| matches!(reading, Reading::Unscored(_))) {
            return unscored.clone();
        }
        let faults: Vec<String> = readings.iter().enumerate().filter_map(fault).collect();
        let holds = match self.which {
            Which::Any => faults.len() < readings.len(),
            Which::Each | Which::Last => faults.is_empty(),
        };
        match holds {
            _ if readings.is_empty() => Reading::Unscored(Unscored::NotApplicable),
            true => Reading::Pass(String::new()),
            false => Reading::Fail(faults.join("; ")),
        }
    }

    fn may_ask(&self) -> bool {
        self.checks.may_ask()
    }

    fn questions(&self, judged: &Judged<'_>) -> Vec<Question> {
        let turns = self.looked_at(judged);
        turns.iter().flat_map(|trial| self.checks.questions(&Judged { trial, ..*judged })).collect()
    }

    fn respondents(&self) -> Vec<Respondent> {
        self.checks.respondents()
    }
}

fn fault((place, reading): (usize, &Reading)) -> Option<String> {
    match reading {
        Reading::Fail(why) | Reading::Absent(why) => Some(format!("turn {}: {why}", place + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::Verdict;
    use serde_json::json;

    fn verdict(answers: &[&str], which: &str) -> (Verdict, String) {
        let settings = json!({"in": which, "checks": [{"metric": "contains", "text": "pounds"}]});
        let score = Scene::expecting(json!({})).speaks(answers).score_with(&KIND, settings);
        (score.verdict, score.evidence)
    }

    #[test]
    fn each_turn_any_turn_or_the_last() {
        let mixed = ["12 pounds", "3 euros", "15 pounds"];
        let (each, why) = verdict(&mixed, "each");
        assert_eq!(each, Verdict::Fail);
        assert!(why.starts_with("turn 2: "), "{why}");
        assert_eq!(verdict(&mixed, "any").0, Verdict::Pass);
        assert_eq!(verdict(&mixed, "last").0, Verdict::Pass);
        assert_eq!(verdict(&["pounds", "euros"], "last").0, Verdict::Fail);
        assert_eq!(verdict(&["euros", "francs"], "any").0, Verdict::Fail);
    }

    #[test]
    fn one_turn_is_a_conversation_too() {
        let scene = Scene::expecting(json!({})).answers("12 pounds");
        let settings = json!({"checks": [{"metric": "contains", "text": "pounds"}]});
        assert_eq!(scene.score_with(&KIND, settings).verdict, Verdict::Pass);
    }
}
