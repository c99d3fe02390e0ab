//! Oracles: failed cases are run again with one stage put right, to see how many failures that mends.
//!
//! The control is a plain rerun of the same cases, never the recorded failure: an agent that passes two times in five
//! would seem to be mended by whatever is tried on its failures.

use loopwright_core::{
    Arm, ArmName, Case, CaseKey, Condition, Cost, Digest, Estimate, MetricName, Purpose, RunId, Split, TrialKey,
};
use loopwright_eval::{Order, STAGES, Sided, Tally, Watch, WorkError, Workshop};
use loopwright_report::counted;
use loopwright_stats::{Item, Level, PairedItem, Trials, rate, rate_difference};

use crate::Evidence;
use crate::signal::calls;

/// How failed cases are run again.
#[derive(Clone, Copy)]
pub struct Replaying<'a> {
    /// Where trials are made. Its suite must be the one that the evidence comes from.
    pub workshop: &'a Workshop,
    /// Failed cases that are run again at the most; spread evenly over all of them.
    pub cases: usize,
    /// Trials of each case and condition.
    pub repetitions: u32,
}

impl<'a> Replaying<'a> {
    /// Forty cases, three trials each: a stage that mends one failure in three then stands out from chance.
    pub fn usual(workshop: &'a Workshop) -> Self {
        Self { workshop, cases: 40, repetitions: 3 }
    }
}

/// What replays showed.
#[derive(Debug, Clone)]
pub struct Replays {
    /// Their run.
    pub run: RunId,
    /// What they cost.
    pub cost: Cost,
    tally: Tally,
    arm: ArmName,
    metric: MetricName,
    stages: Vec<&'static str>,
    repetitions: u32,
    /// The cases that were run again, with the digests of their inputs.
    sample: Vec<(CaseKey, Digest)>,
    /// Share of all dev cases that failed and could be run again.
    replayable_share: f64,
}

/// What putting one stage right does to some cases.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Effect {
    /// Oracle less plain rerun; `None` when too few independent cases were run again.
    pub(crate) difference: Option<Estimate>,
    /// What was counted, in words.
    pub(crate) words: String,
}

/// Runs a sample of the failed cases again: plain, with each stage put right that the cases have gold for, and with all of
/// them put right. `None` when no failed case has such gold, or the agent is attached and its stages cannot be reached.
///
/// # Errors
/// When the run cannot be made.
pub async fn replay(
    evidence: &Evidence,
    replaying: Replaying<'_>,
    watch: &mut dyn Watch,
) -> Result<Option<Replays>, WorkError> {
    let Replaying { workshop, cases, repetitions } = replaying;
    let replayable: Vec<&Case> = replayable(evidence);
    let sample = spread(&replayable, cases);
    let stages: Vec<&str> = STAGES
        .iter()
        .map(|(stage, _)| *stage)
        .filter(|stage| sample.iter().any(|case| reaches(stage, case, evidence)))
        .collect();
    let (Some(primary), false) = (workshop.suite.metrics.first(), sample.is_empty() || stages.is_empty()) else {
        return Ok(None);
    };
    let arm = Arm { name: evidence.arm.clone(), variant: evidence.variant.clone() };
    let order = Order {
        purpose: Purpose::Diagnosis,
        split: Split::Dev,
        arms: vec![arm],
        conditions: conditions(&stages),
        repetitions,
        only: Some(sample.iter().map(|case| case.key.clone()).collect()),
    };
    let made = workshop.make(order, watch).await?;
    Ok(Some(Replays {
        run: made.plan.manifest.id.clone(),
        cost: made.execution.tally.cost(),
        tally: made.execution.tally,
        arm: evidence.arm.clone(),
        metric: primary.name().clone(),
        stages,
        repetitions,
        sample: sample.iter().map(|case| (case.key.clone(), case.input.digest())).collect(),
        replayable_share: replayable.len() as f64 / evidence.by_case().len().max(1) as f64,
    }))
}

/// The failed cases that some stage has gold for.
fn replayable(evidence: &Evidence) -> Vec<&Case> {
    if evidence.spec.endpoint.is_some() {
        return vec![];
    }
    let failed = evidence.by_case().into_iter().filter(|(_, trials)| trials.iter().any(|trial| trial.failed()));
    let cases = failed.map(|(case, _)| case.as_ref());
    cases.filter(|case| STAGES.iter().any(|(stage, _)| reaches(stage, case, evidence))).collect()
}

/// Whether the agent has `stage` and `case` says what would have been right there.
fn reaches(stage: &str, case: &Case, evidence: &Evidence) -> bool {
    let needed = calls::needed(case);
    match stage {
        "context" => evidence.spec.search.is_some() && !case.expectation.passages.is_empty(),
        "tool" => needed.is_some() && !evidence.spec.tools.is_empty(),
        _ => needed.is_some_and(|needed| !needed.is_empty()),
    }
}

/// At most `most` of `cases`, evenly spread, so that no kind of case is favoured by where it stands in the file.
fn spread<'a>(cases: &[&'a Case], most: usize) -> Vec<&'a Case> {
    let count = cases.len().min(most);
    (0..count).map(|place| cases[place * cases.len() / count]).collect()
}

/// Plain, each stage alone, and all together where there are several.
fn conditions(stages: &[&str]) -> Vec<Condition> {
    let mut conditions = vec![Condition::Plain];
    conditions.extend(stages.iter().map(|stage| Condition::intervention(&[stage])));
    if 1 < stages.len() {
        conditions.push(Condition::intervention(stages));
    }
    conditions
}

impl Replays {
    /// What putting `stage` right does to those of `cases` that were run again; `None` when the stage was not put right.
    pub(crate) fn effect(&self, stage: &str, cases: &[CaseKey], level: Level) -> Option<Effect> {
        self.stages.contains(&stage).then(|| self.effect_of(&Condition::intervention(&[stage]), cases, level))
    }

    fn effect_of(&self, condition: &Condition, cases: &[CaseKey], level: Level) -> Effect {
        let (plain, oracle) = (self.side(&Condition::Plain), self.side(condition));
        let pairs = self.tally.pairs(&plain, &self.tally, &oracle, &self.metric);
        let shown: Vec<PairedItem> =
            pairs.iter().filter(|pair| cases.contains(&pair.case.key)).filter_map(|pair| pair.item()).collect();
        let passes = |trials: fn(&PairedItem) -> &Trials| {
            let (passed, all) = shown
                .iter()
                .map(trials)
                .fold((0, 0), |(passed, all), trials| (passed + trials.passed().unwrap_or(0), all + trials.len()));
            format!("{passed} of {all}")
        };
        let words = format!(
            "{} run again: {} trials pass with {condition}, {} in a plain rerun",
            counted(shown.len() as u64, "case", "cases"),
            passes(|pair| &pair.b),
            passes(|pair| &pair.a)
        );
        let difference = rate_difference(&shown).ok().map(|difference| difference.estimate(level));
        Effect { difference, words }
    }

    /// The cases that never pass, even with all stages put right, and the share of all dev trials that they stand for;
    /// `None` when there are none.
    pub(crate) fn remainder(&self, level: Level) -> Option<Remainder> {
        let condition = Condition::intervention(&self.stages);
        let side = self.side(&condition);
        let (mut items, mut cases, mut exemplars, mut trials) = (vec![], vec![], vec![], 0);
        for (place, case) in self.tally.cases() {
            let Some(scored) = self.tally.of(&side, &self.metric, place).scored else { continue };
            let fails = scored.passed() == Some(0);
            items.push(Item::new(
                &case.cluster,
                Trials::counts(if fails { scored.len() } else { 0 }, scored.len()).ok()?,
            ));
            if fails {
                trials += u64::from(scored.len());
                cases.push(case.key.clone());
                exemplars.extend(self.first_trial(&case.key, &condition));
            }
        }
        if cases.is_empty() {
            return None;
        }
        let share = scaled(&rate(&items, level).ok()?, self.replayable_share);
        let repetitions = self.repetitions;
        let words = format!(
            "{} of {} run again {} {repetitions} of {} with {condition}",
            cases.len(),
            counted(items.len() as u64, "case", "cases"),
            if cases.len() == 1 { "fails" } else { "fail" },
            counted(repetitions.into(), "trial", "trials"),
        );
        Some(Remainder { cases, share, trials, exemplars, words })
    }

    fn side(&self, condition: &Condition) -> Sided {
        Sided { arm: self.arm.clone(), condition: condition.clone() }
    }

    fn first_trial(&self, case: &CaseKey, condition: &Condition) -> Option<TrialKey> {
        let (_, input) = self.sample.iter().find(|(key, _)| key == case)?;
        Some(TrialKey::planned(&self.run, &self.arm, input, condition, 0))
    }
}

/// What no oracle mends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Remainder {
    /// The cases.
    pub(crate) cases: Vec<CaseKey>,
    /// Share of all dev trials that they stand for.
    pub(crate) share: Estimate,
    /// Replays that failed.
    pub(crate) trials: u64,
    /// One failed replay of each case.
    pub(crate) exemplars: Vec<TrialKey>,
    /// What was counted, in words.
    pub(crate) words: String,
}

/// `estimate` of some cases as a share of all: the other cases count as 0. `share` is taken as known.
pub(crate) fn scaled(estimate: &Estimate, share: f64) -> Estimate {
    let Estimate { point, low, high, .. } = estimate;
    Estimate { point: point * share, low: low * share, high: high * share, ..estimate.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::{MetricId, Score, TrialSite, Verdict};

    /// Replays of three cases with two trials each, of which so many pass plain, and with context and tool put right.
    fn replays(passes: &[(&str, u32, u32, u32)]) -> Replays {
        let (run, arm) = (RunId::new("r").unwrap(), ArmName::new("base").unwrap());
        let metric = MetricName::new("resolved").unwrap();
        let mut tally = Tally::default();
        let conditions = conditions(&["context", "tool"]);
        for (case, plain, context, all) in passes {
            for (condition, passed) in [(0, plain), (1, context), (3, all)] {
                for repetition in 0..2 {
                    let condition = conditions[condition].clone();
                    let key = TrialKey::planned(&run, &arm, &Digest::of_bytes(case.as_bytes()), &condition, repetition);
                    let verdict = if repetition < *passed { Verdict::Pass } else { Verdict::Fail };
                    let id = MetricId { name: metric.clone(), digest: Digest::of_bytes(b"m") };
                    let (value, expectation, evidence) = (None, Digest::of_bytes(b"e"), String::new());
                    let score = Score { trial: key, metric: id, expectation, value, verdict, evidence };
                    let (run, arm, case) = (run.clone(), arm.clone(), case.parse().unwrap());
                    let (index, group, tags) = (0, None, vec![]);
                    let site = TrialSite { key, run, index, arm, case, group, tags, condition, repetition };
                    tally.add(&site, &[score], Cost::ZERO);
                }
            }
        }
        let sample =
            passes.iter().map(|(case, ..)| (case.parse().unwrap(), Digest::of_bytes(case.as_bytes()))).collect();
        let (stages, cost) = (vec!["context", "tool"], Cost::ZERO);
        Replays { run, cost, tally, arm, metric, stages, repetitions: 2, sample, replayable_share: 0.5 }
    }

    #[test]
    fn conditions_hold_a_control_each_stage_and_all_together() {
        let all: Vec<String> = conditions(&["context", "tool"]).iter().map(ToString::to_string).collect();
        assert_eq!(all, ["plain", "do(context)", "do(tool)", "do(context,tool)"]);
        assert_eq!(conditions(&["context"]).len(), 2);
    }

    #[test]
    fn an_effect_is_measured_against_the_rerun_on_the_cases_asked_for() {
        let replays = replays(&[("a", 1, 2, 2), ("b", 0, 2, 2), ("c", 0, 0, 0)]);
        let cases = ["a", "b"].map(|key| key.parse().unwrap());
        let effect = replays.effect("context", &cases, Level::P95).unwrap();
        assert_eq!(effect.difference.unwrap().point, 0.75);
        assert_eq!(effect.words, "2 cases run again: 4 of 4 trials pass with do(context), 1 of 4 in a plain rerun");
        let one = replays.effect("context", &cases[..1], Level::P95).unwrap();
        assert_eq!(one.difference, None, "one case says nothing of how cases vary");
        assert!(one.words.starts_with("1 case run again: 2 of 2 trials pass"), "{}", one.words);
        assert_eq!(replays.effect("arguments", &cases, Level::P95), None);
    }

    #[test]
    fn what_nothing_mends_stands_for_its_share_of_all_cases() {
        let remainder = replays(&[("a", 1, 2, 2), ("b", 0, 0, 1), ("c", 0, 0, 0)]).remainder(Level::P95).unwrap();
        assert_eq!((remainder.cases.len(), remainder.trials), (1, 2));
        assert_eq!(remainder.words, "1 of 3 cases run again fails 2 of 2 trials with do(context,tool)");
        assert!((remainder.share.point - 0.5 / 3.0).abs() < 1e-12, "{:?}", remainder.share);
        let run = RunId::new("r").unwrap();
        let ladder = Condition::intervention(&["context", "tool"]);
        let key = TrialKey::planned(&run, &ArmName::new("base").unwrap(), &Digest::of_bytes(b"c"), &ladder, 0);
        assert_eq!(remainder.exemplars, [key]);
        assert_eq!(replays(&[("a", 0, 2, 2), ("b", 0, 0, 1)]).remainder(Level::P95), None);
    }

    #[test]
    fn a_sample_is_spread_over_all_cases() {
        let lines = (0..9).map(|n| serde_json::from_str(&format!(r#"{{"key":"{n}","input":"q"}}"#)).unwrap());
        let cases: Vec<Case> = lines.collect();
        let all: Vec<&Case> = cases.iter().collect();
        let keys: Vec<&str> = spread(&all, 3).iter().map(|case| case.key.as_str()).collect();
        assert_eq!(keys, ["0", "3", "6"]);
        assert_eq!(spread(&all, 40).len(), 9);
    }
}
