//! Scores of Inspect as ours.

use std::collections::BTreeMap;

use loopwright_core::{ActedTrial, Case, Direction, MetricSpec, NameError, Score, Unit, Unscored, Verdict};
use serde_json::Value;

use super::header::Header;
use super::sample::{Sample, ScoreRecord};
use crate::imported_run::{RecordedMetric, is_infrastructure};

/// The metric of the score `label`.
pub(super) fn metric(label: &str, header: &Header) -> Result<RecordedMetric, NameError> {
    let scorer = label.split('/').next().unwrap_or(label);
    let options = header.scorer(scorer).map(|scorer| Value::Object(scorer.options.clone()).to_string());
    let (judged, spec) = match header.is_judged(label) {
        true => ("judged", MetricSpec::recorded_verdict()),
        false => ("as recorded", MetricSpec::recorded_measure(Unit::Number, Direction::Up)),
    };
    let fields = [label.as_bytes(), options.as_deref().unwrap_or("{}").as_bytes(), judged.as_bytes()];
    RecordedMetric::new(label, spec, "inspect scorer", &fields)
}

/// The labels of `scores`: one for each scorer, or for each key where a value has several.
pub(super) fn labels(scores: &BTreeMap<String, ScoreRecord>) -> Vec<String> {
    let each = scores.iter().flat_map(|(name, record)| values(name, record));
    each.map(|(label, ..)| label).collect()
}

/// What every metric of `labels` says about the trial.
pub(super) fn scores(
    sample: &Sample,
    (header, labels): (&Header, &[String]),
    (trial, case): (&ActedTrial, &Case),
) -> Result<Vec<Score>, NameError> {
    let records = records(sample);
    let score = |label: &String| {
        let record = records.iter().find(|(one, ..)| one == label);
        let (value, verdict) = match record {
            None if is_infrastructure(&trial.trace.outcome) => (None, Verdict::Unscored(Unscored::Infrastructure)),
            None => (None, unscored("no score was recorded")),
            Some((_, value, _)) => judgement(value, header.is_judged(label)),
        };
        let evidence = record.and_then(|(_, _, record)| record.explanation.clone()).unwrap_or_default();
        let metric = metric(label, header)?.id;
        Ok(Score { trial: trial.site.key, metric, expectation: case.expectation.digest(), value, verdict, evidence })
    };
    labels.iter().map(score).collect()
}

fn records(sample: &Sample) -> Vec<(String, &Value, &ScoreRecord)> {
    let named = sample.scores.iter().flatten().map(|(name, record)| (name.as_str(), record));
    let all = named.chain(sample.score.iter().map(|record| ("score", record)));
    all.flat_map(|(name, record)| values(name, record)).collect()
}

fn values<'a>(name: &str, record: &'a ScoreRecord) -> Vec<(String, &'a Value, &'a ScoreRecord)> {
    match &record.value {
        Value::Object(values) => values.iter().map(|(key, value)| (format!("{name}/{key}"), value, record)).collect(),
        Value::Array(values) => {
            values.iter().enumerate().map(|(index, value)| (format!("{name}/{index}"), value, record)).collect()
        }
        value => vec![(name.to_owned(), value, record)],
    }
}

/// The value as Inspect counts it (`C` is 1, `P` one half, `I` and `N` are 0), and the verdict. A number is a verdict where
/// `is_judged`, and otherwise a measurement.
fn judgement(value: &Value, is_judged: bool) -> (Option<f64>, Verdict) {
    let verdict = |number: f64| if (number - 1.0).abs() < 1e-6 { Verdict::Pass } else { Verdict::Fail };
    let number = match value {
        Value::Bool(right) => return (Some(f64::from(*right)), verdict(f64::from(*right))),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "C" => return (Some(1.0), Verdict::Pass),
            "P" => return (Some(0.5), Verdict::Fail),
            "I" | "N" => return (Some(0.0), Verdict::Fail),
            text => text.parse().ok().filter(|number: &f64| number.is_finite()),
        },
        _ => None,
    };
    match number {
        Some(number) if is_judged => (Some(number), verdict(number)),
        Some(number) => (Some(number), Verdict::Measured),
        None if value.is_null() => (None, unscored("the recorded value is not a number")),
        None => (None, unscored(&format!("the recorded value {value} has no place on a scale"))),
    }
}

fn unscored(reason: &str) -> Verdict {
    Verdict::Unscored(Unscored::Scorer(reason.to_owned()))
}
