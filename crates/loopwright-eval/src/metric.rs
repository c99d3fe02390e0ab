//! Metrics: named, versioned questions about a trial. One file a metric, with its page in `doc/metric/`.
//!
//! Invariant: a metric is a function of the case and the acted trial alone. It knows no clock, no chance and no model, so
//! that an old run can be scored anew.

mod abstention;
mod answer;
mod bfcl_ast;
mod citation;
mod citation_precision;
mod clarification;
mod exact_match;
mod final_state;
mod joules;
mod latency;
mod money;
mod reciprocal_rank;
mod reference;
mod resolved;
mod retrieval_recall;
mod steps;
mod token_f1;
mod tokens;
mod tool_arguments;
mod tool_calls;
mod tool_choice;
mod trajectory_any_order;
mod trajectory_in_order;
// What metrics are made of.
mod answer_rule;
mod call;
mod number;
mod same;
mod squad;
#[cfg(test)]
mod testing;
mod wording;

use loopwright_core::{
    ActedTrial, Case, Digest, Direction, MetricId, MetricName, Outcome, Score, Unit, Unscored, Verdict,
};
use loopwright_knowledge::GoldSpan;

pub use abstention::declines;
pub(crate) use answer_rule::check as check_answer;
pub use call::arguments_match;
pub use clarification::asks;
pub use reference::reference;

/// A named, versioned question about a trial.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// What it is called in a project file and in tables.
    pub name: &'static str,
    /// Grows whenever the same trial may get another score; scores of two versions are never mixed.
    pub version: u32,
    /// One line.
    pub title: &'static str,
    /// The page about it, in Markdown.
    pub doc: &'static str,
    /// The unit of its value.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    read: fn(&Judged<'_>) -> Reading,
}

/// What a metric looks at.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The case, with what would have been right.
    pub case: &'a Case,
    /// What happened.
    pub trial: &'a ActedTrial,
    /// The case's gold passages, located in the knowledge; empty when the case has none, or they cannot be found.
    pub gold: &'a [GoldSpan],
}

/// What a metric finds, before it becomes a [`Score`].
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// As it should be; says why when that is worth a word.
    Pass(String),
    /// Not as it should be; says why.
    Fail(String),
    /// A value on the metric's scale, with what it was made of.
    Measured {
        /// In the metric's unit.
        value: f64,
        /// What it was made of; may be empty.
        evidence: String,
    },
    /// No score can be made.
    Unscored(Unscored),
}

/// There is no such metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no metric `{name}`; {hint}")]
pub struct UnknownMetric {
    /// What was given.
    pub name: String,
    /// The nearest names, or all of them.
    pub hint: String,
}

/// All metrics, in the order of the reference page.
const ALL: &[&Metric] = &[
    &resolved::METRIC,
    &answer::METRIC,
    &exact_match::METRIC,
    &token_f1::METRIC,
    &abstention::METRIC,
    &clarification::METRIC,
    &citation::METRIC,
    &citation_precision::METRIC,
    &retrieval_recall::METRIC,
    &reciprocal_rank::METRIC,
    &tool_choice::METRIC,
    &tool_arguments::METRIC,
    &trajectory_in_order::METRIC,
    &trajectory_any_order::METRIC,
    &bfcl_ast::METRIC,
    &final_state::METRIC,
    &tokens::METRIC,
    &money::METRIC,
    &joules::METRIC,
    &latency::METRIC,
    &steps::METRIC,
    &tool_calls::METRIC,
];

impl Metric {
    /// All metrics, in the order of the reference page.
    pub fn all() -> &'static [&'static Metric] {
        ALL
    }

    /// The metric called `name`.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn named(name: &str) -> Result<&'static Metric, UnknownMetric> {
        let found = ALL.iter().find(|metric| metric.name == name);
        found.copied().ok_or_else(|| UnknownMetric {
            name: name.to_owned(),
            hint: suggestion(name, ALL.iter().map(|metric| metric.name)),
        })
    }

    /// Its identity: the name, and the digest of name and version.
    pub fn id(&self) -> MetricId {
        #[expect(clippy::expect_used, reason = "the names are constants, and a test reads them all")]
        let name = MetricName::new(self.name).expect("a metric's name is a name");
        let digest = Digest::of_fields("metric", &[self.name.as_bytes(), &self.version.to_le_bytes()]);
        MetricId { name, digest }
    }

    /// Judges one trial. When the infrastructure failed there is nothing to judge, whatever the metric.
    pub fn score(&self, judged: &Judged<'_>) -> Score {
        self.score_by(judged, judged.case.expectation.digest())
    }

    /// As [`Metric::score`], with the digest of the case's expectation at hand: making it takes longer than most metrics.
    pub(crate) fn score_by(&self, judged: &Judged<'_>, expectation: Digest) -> Score {
        let reading = match judged.trial.trace.outcome {
            Outcome::Infrastructure { .. } => Reading::Unscored(Unscored::Infrastructure),
            Outcome::Untouched { .. } => Reading::NOT_APPLICABLE,
            _ => (self.read)(judged),
        };
        let (value, verdict, evidence) = reading.into_parts();
        Score { trial: judged.trial.site.key, metric: self.id(), expectation, value, verdict, evidence }
    }
}

impl Reading {
    /// The case expects nothing of the kind.
    pub const NOT_APPLICABLE: Reading = Reading::Unscored(Unscored::NotApplicable);

    /// A pass or a fail, each with its reason.
    fn judged(holds: Result<String, String>) -> Reading {
        holds.map_or_else(Reading::Fail, Reading::Pass)
    }

    fn measured(value: f64) -> Reading {
        Reading::Measured { value, evidence: String::new() }
    }

    fn into_parts(self) -> (Option<f64>, Verdict, String) {
        match self {
            Self::Pass(evidence) => (Some(1.0), Verdict::Pass, evidence),
            Self::Fail(evidence) => (Some(0.0), Verdict::Fail, evidence),
            Self::Measured { value, evidence } => (Some(value), Verdict::Measured, evidence),
            Self::Unscored(why) => (None, Verdict::Unscored(why), String::new()),
        }
    }
}

/// Names the nearest of `known`, or all of them when none is near.
pub(crate) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = loopwright_agent::nearest(name, known.clone());
    let listed = |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if near.is_empty() {
        format!("there are {}", listed(known.collect()))
    } else {
        format!("did you mean {}?", listed(near))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::testing::Scene;
    use super::*;
    use serde_json::json;

    #[test]
    fn identities_differ() {
        let ids: BTreeSet<MetricId> = ALL.iter().map(|metric| metric.id()).collect();
        assert_eq!(ids.len(), ALL.len());
        let next = Metric { version: 2, ..*ALL[0] };
        assert_ne!(next.id().digest, ALL[0].id().digest, "a new version is another metric");
    }

    #[test]
    fn a_score_names_what_it_was_made_from() {
        let scene = Scene::expecting(json!({"answer": {"contains": "x"}})).answers("x");
        let score = scene.score(ALL[0]);
        assert_eq!(score.trial, scene.trial.site.key);
        assert_eq!(score.expectation, scene.case.expectation.digest());
        assert_eq!((score.value, score.verdict), (Some(1.0), Verdict::Pass));
    }

    #[test]
    fn a_metric_that_is_missing_has_neighbours() {
        assert_eq!(Metric::named("resolve").unwrap_err().hint.split('`').nth(1), Some("resolved"));
        assert!(Metric::named("zzz").unwrap_err().hint.starts_with("there are `resolved`, `answer`"));
    }
}
