//! The summary: what a run amounts to, with its intervals.

use loopwright_core::{
    Arm, ArmSummary, Comparison, Condition, ConditionSummary, Estimate, MetricSummary, RunManifest, RunStatus,
    Steadiness, Summary,
};
use loopwright_stats::{Item, Level, all_of_k};

use crate::compare::{compare, estimate};
use crate::robustness::robustness;
use crate::slices::slices;
use crate::{Metric, Sided, Tally};

/// By what differences are judged. Declared before the data are seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ruler {
    /// Level of every interval.
    pub level: Level,
    /// Differences smaller than this count as none.
    pub margin: f64,
}

/// Trials of a case beyond which pass^k is not followed.
const MOST_K: u32 = 10;

/// What the run of `manifest` amounts to. `metrics` are those it was scored by, the primary one first.
pub fn summarise(
    manifest: &RunManifest,
    status: RunStatus,
    tally: &Tally,
    metrics: &[Metric],
    ruler: &Ruler,
) -> Summary {
    let arms: Vec<ArmSummary> = manifest.arms.iter().map(|arm| arm_summary(tally, arm, metrics, ruler)).collect();
    let mut comparisons = between_arms(manifest, tally, metrics, ruler);
    comparisons.extend(arms.iter().flat_map(|arm| &arm.conditions).map(|condition| condition.drop.clone()));
    Summary {
        run: manifest.id.clone(),
        suite: manifest.suite.clone(),
        status,
        simulated: manifest.simulated,
        level: ruler.level.get(),
        arms,
        comparisons,
        unscored: tally.unscored(),
        cost: tally.cost(),
    }
}

fn plain(arm: &Arm) -> Sided {
    Sided { arm: arm.name.clone(), condition: Condition::Plain }
}

fn between_arms(manifest: &RunManifest, tally: &Tally, metrics: &[Metric], ruler: &Ruler) -> Vec<Comparison> {
    let (Some((first, others)), Some(primary)) = (manifest.arms.split_first(), metrics.first()) else { return vec![] };
    let against = |arm: &Arm| compare((tally, &plain(first)), (tally, &plain(arm)), primary, ruler).ok();
    others.iter().filter_map(against).collect()
}

fn arm_summary(tally: &Tally, arm: &Arm, metrics: &[Metric], ruler: &Ruler) -> ArmSummary {
    let side = plain(arm);
    let primary = metrics.first();
    let items = primary.map(|metric| tally.items(&side, metric.name(), |_| true)).unwrap_or_default();
    ArmSummary {
        arm: arm.name.clone(),
        variant: arm.variant.digest(),
        metrics: metrics.iter().map(|metric| metric_summary(tally, &side, metric, ruler)).collect(),
        all_of_k: pass_curve(&items, ruler.level),
        conditions: primary.map(|metric| conditions(tally, &side, metric, ruler)).unwrap_or_default(),
        slices: primary.map(|metric| slices(tally, &side, metric, ruler)).unwrap_or_default(),
        steadiness: primary.map(|metric| steadiness(tally, &side, metric)).unwrap_or_default(),
        robustness: primary.map(|metric| robustness(tally, &side, metric, ruler)).unwrap_or_default(),
    }
}

fn metric_summary(tally: &Tally, side: &Sided, metric: &Metric, ruler: &Ruler) -> MetricSummary {
    let name = metric.name();
    let items = tally.items(side, name, |_| true);
    let unscored = tally.cases().map(|(case, _)| u64::from(tally.of(side, name, case).unscored)).sum();
    MetricSummary {
        unit: metric.unit(),
        direction: metric.direction(),
        estimate: estimate(metric.unit(), &items, ruler),
        cases: items.len() as u64,
        unscored,
        metric: name.clone(),
    }
}

/// All of k trials pass, for k from 1 to the fewest trials that a case has.
fn pass_curve(items: &[Item], level: Level) -> Vec<Estimate> {
    let most = items.iter().map(|item| item.trials.len()).min().unwrap_or(0).min(MOST_K);
    (1..=most).map_while(|k| all_of_k(items, k, level).ok()).collect()
}

fn conditions(tally: &Tally, plain: &Sided, metric: &Metric, ruler: &Ruler) -> Vec<ConditionSummary> {
    let name = metric.name();
    let others = tally.sides().filter(|side| side.arm == plain.arm && side.condition != Condition::Plain);
    let summary = |side: &Sided| {
        Some(ConditionSummary {
            condition: side.condition.clone(),
            estimate: estimate(metric.unit(), &tally.items(side, name, |_| true), ruler)?,
            drop: compare((tally, plain), (tally, side), metric, ruler).ok()?,
        })
    };
    others.filter_map(summary).collect()
}

fn steadiness(tally: &Tally, side: &Sided, metric: &Metric) -> Steadiness {
    let name = metric.name();
    let mut steady = Steadiness::default();
    let mut flaky = vec![];
    for (index, case) in tally.cases() {
        match tally.of(side, name, index).pass_share() {
            None => {}
            Some(share) if share >= 1.0 => steady.always += 1,
            Some(share) if share <= 0.0 => steady.never += 1,
            Some(share) => flaky.push(((share - 0.5).abs(), case.key.clone())),
        }
    }
    flaky.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    steady.flaky = flaky.len() as u64;
    steady.flaky_cases = flaky.into_iter().map(|(_, key)| key).collect();
    steady
}
