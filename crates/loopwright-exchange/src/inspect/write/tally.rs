//! What the samples of a log amount to, as far as Inspect shows it: the mean of each score.

use std::collections::BTreeSet;

use loopwright_core::{ActedTrial, CaseKey, MetricId, MetricName, Score, Verdict};
use serde_json::{Value, json};

/// Sums of scores over the samples, and which cases and times were seen.
pub(super) struct Tally {
    sums: Vec<Sum>,
    cases: BTreeSet<CaseKey>,
    samples: u64,
    ended_ns: u64,
}

struct Sum {
    name: MetricName,
    sum: f64,
    scored: u64,
    unscored: u64,
    is_judged: bool,
}

impl Tally {
    /// Nothing yet, of `metrics`.
    pub(super) fn of(metrics: &[MetricId]) -> Self {
        let sum =
            |metric: &MetricId| Sum { name: metric.name.clone(), sum: 0.0, scored: 0, unscored: 0, is_judged: false };
        Self { sums: metrics.iter().map(sum).collect(), cases: BTreeSet::new(), samples: 0, ended_ns: 0 }
    }

    pub(super) fn add(&mut self, trial: &ActedTrial, scores: &[Score]) {
        self.samples += 1;
        self.cases.insert(trial.site.case.clone());
        self.ended_ns = self.ended_ns.max(trial.trace.spans.first().map_or(0, |span| span.end_ns));
        for sum in &mut self.sums {
            let score = scores.iter().find(|score| score.metric.name == sum.name);
            match score.and_then(Score::number) {
                Some(number) => (sum.sum, sum.scored) = (sum.sum + number, sum.scored + 1),
                None => sum.unscored += 1,
            }
            sum.is_judged |= score.is_some_and(|score| matches!(score.verdict, Verdict::Pass | Verdict::Fail));
        }
    }

    pub(super) fn cases(&self) -> &BTreeSet<CaseKey> {
        &self.cases
    }

    /// When the last sample ended, nanoseconds since the Unix epoch.
    pub(super) fn ended_ns(&self) -> u64 {
        self.ended_ns
    }

    /// The `results` of the log.
    pub(super) fn results(&self) -> Value {
        let scores: Vec<Value> = self.sums.iter().filter(|sum| sum.scored + sum.unscored > 0).map(Sum::value).collect();
        json!({"total_samples": self.samples, "completed_samples": self.samples, "scores": scores})
    }
}

impl Sum {
    fn value(&self) -> Value {
        let name = if self.is_judged { "accuracy" } else { "mean" };
        // Inspect knows no mean of nothing, and JSON no number for it.
        let mean = (self.scored > 0).then(|| self.sum / self.scored as f64);
        let metric = mean.map(|mean| (name.to_owned(), json!({"name": name, "value": mean, "params": {}})));
        let metrics: serde_json::Map<String, Value> = metric.into_iter().collect();
        json!({"name": self.name, "scorer": self.name, "scored_samples": self.scored,
            "unscored_samples": self.unscored, "params": {}, "metrics": metrics})
    }
}
