//! What was scored elsewhere. Its scores are read with the run; no project can ask for it, for nothing could make them.

use loopwright_core::{Direction, MetricSpec, Unit, Unscored};
use serde::Deserialize;

use super::kind::set;
use super::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

/// Not among [`MetricKind::all`], so that no name leads to it but that of a run's own metric.
pub(super) const KIND: MetricKind = MetricKind {
    name: MetricSpec::RECORDED,
    version: 1,
    title: "what was scored elsewhere",
    doc: "A score that was read with its run. It is never made again.",
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new("unit", "the unit of what was measured; a verdict when absent"),
        Setting::new("direction", "`up` when more is better, and when absent; or `down`"),
    ],
    build: set::<Recorded>,
};

#[derive(Deserialize)]
struct Recorded {
    unit: Option<Unit>,
    direction: Option<Direction>,
}

impl Scorer for Recorded {
    fn read(&self, _: &Judged<'_>) -> Reading {
        Reading::Unscored(Unscored::Scorer("it was scored elsewhere, and is not scored again".to_owned()))
    }

    fn scale(&self) -> Option<(Scale, Direction)> {
        Some((self.unit.map_or(Scale::Verdict, Scale::Measure), self.direction.unwrap_or(Direction::Up)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::Metric;
    use loopwright_core::{Digest, MetricId, MetricName, Purpose, RunId, RunManifest, Seed, Split, SuiteName};

    fn run_of(metrics: Vec<(&str, MetricSpec)>) -> RunManifest {
        let id =
            |name: &str| MetricId { name: MetricName::new(name).unwrap(), digest: Digest::of_bytes(name.as_bytes()) };
        RunManifest {
            id: RunId::new("r").unwrap(),
            purpose: Purpose::Import,
            suite: SuiteName::new("s").unwrap(),
            plan: Digest::of_bytes(b""),
            seed: Seed(0),
            arms: vec![],
            metrics: metrics.iter().map(|(name, _)| id(name)).collect(),
            metric_specs: metrics.into_iter().map(|(name, spec)| (MetricName::new(name).unwrap(), spec)).collect(),
            split: Split::Dev,
            trials: 0,
            simulated: false,
            started_ns: 0,
            version: String::new(),
        }
    }

    #[test]
    fn what_a_run_brings_keeps_its_identity_even_under_the_name_of_a_kind() {
        let loss = MetricSpec::recorded_measure(Unit::Number, Direction::Down);
        let run = run_of(vec![("answer", MetricSpec::recorded_verdict()), ("loss", loss)]);
        let metrics = Metric::of_run(&run);
        assert_eq!(metrics.iter().map(Metric::id).collect::<Vec<_>>(), run.metrics.iter().collect::<Vec<_>>());
        let like: Vec<_> = metrics.iter().map(|metric| (metric.scale(), metric.direction())).collect();
        let expected = [(Scale::Verdict, Direction::Up), (Scale::Measure(Unit::Number), Direction::Down)];
        assert_eq!(like, expected);
    }

    #[test]
    fn nobody_can_ask_for_it() {
        assert!(Metric::named(MetricSpec::RECORDED).is_err());
        let name = MetricName::new("mine").unwrap();
        assert!(Metric::new(name.clone(), MetricSpec::recorded_verdict()).is_err());
        let run =
            RunManifest { metric_specs: BTreeMap::new(), ..run_of(vec![("mine", MetricSpec::recorded_verdict())]) };
        assert_eq!(Metric::of_run(&run).len(), 0);
    }
}
