//! Metrics: named, versioned questions about a trial. One file a kind, with its page in `doc/metric/`; settings make metrics
//! of kinds.
//!
//! Invariant: a metric is a function of the case, the acted trial, and what was answered to the questions that it puts about
//! them. It knows no clock, no chance and no model, so that an old run can be scored anew.

mod abstention;
mod all;
mod answer;
mod any;
mod bfcl_ast;
mod checks;
mod clarification;
mod exact_match;
mod expression;
mod final_state;
mod gold_state;
mod grounding;
mod judge;
mod mean;
mod operation;
mod program;
mod reference;
mod resolved;
mod retrieval;
mod safety;
mod structure;
mod text;
mod token_f1;
mod tool_arguments;
mod tool_choice;
mod trajectory;
mod turns;
// What metrics are made of.
mod answer_rule;
mod call;
mod composition;
mod gold_world;
mod json_path;
mod kind;
mod number;
mod question;
mod reading;
mod recorded;
mod registry;
mod same;
mod setting;
mod squad;
#[cfg(test)]
mod testing;
mod wording;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use loopwright_core::{
    ActedTrial, Case, Digest, Direction, MetricId, MetricName, MetricSpec, Outcome, RunManifest, Score, Unit, Unscored,
    canonical_json,
};
use loopwright_knowledge::GoldSpan;
use serde_json::{Map, Value};

pub use abstention::declines;
pub(crate) use answer_rule::check as check_answer;
pub use call::arguments_match;
pub use checks::checks_fault;
pub use clarification::asks;
pub use gold_world::GoldWorld;
pub use kind::{MetricKind, Scale, Scorer, Setting};
pub use question::{Opinions, Program, Question, Respondent};
pub use reading::Reading;
pub use reference::reference;
pub use setting::{GENERAL, MetricError, SettingError};

use kind::plain;
use setting::General;

/// A named, versioned question about a trial: a kind with its settings. Cheap to clone.
#[derive(Clone)]
pub struct Metric(Arc<Made>);

/// Invariant: the identity is that of the kind and the settings; of what was scored elsewhere, that of its scorer.
struct Made {
    id: MetricId,
    kind: &'static MetricKind,
    settings: Map<String, Value>,
    general: General,
    scale: Scale,
    direction: Direction,
    scorer: Arc<dyn Scorer>,
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
    /// Where the gold calls can be carried out; `None` when the agent acts on no world, or it is not at hand.
    pub gold_world: Option<GoldWorld<'a>>,
    /// What was answered to the questions about it.
    pub opinions: &'a Opinions,
}

impl Metric {
    /// The metric that is the kind `name` without any settings.
    ///
    /// # Errors
    /// When there is no such kind, or it needs settings.
    pub fn named(name: &str) -> Result<Metric, MetricError> {
        MetricKind::named(name)?.with(Map::new())
    }

    /// The metric `name`, made as `spec` says.
    ///
    /// # Errors
    /// When the name is that of a kind, there is no such kind, or a setting is unknown, wrong or missing.
    pub fn new(name: MetricName, spec: MetricSpec) -> Result<Metric, MetricError> {
        if MetricKind::named(name.as_str()).is_ok() {
            return Err(MetricError::Taken(name));
        }
        Self::made(name, MetricKind::named(&spec.kind)?, spec.settings)
    }

    /// The metrics that the run of `manifest` was scored by, in order; without those that this version cannot make.
    pub fn of_run(manifest: &RunManifest) -> Vec<Metric> {
        let made = |id: &MetricId| match manifest.metric_specs.get(&id.name) {
            Some(spec) if spec.kind == MetricSpec::RECORDED => {
                Self::identified(id.clone(), &recorded::KIND, spec.settings.clone()).ok()
            }
            Some(spec) => Metric::new(id.name.clone(), spec.clone()).ok(),
            None => Metric::named(id.name.as_str()).ok(),
        };
        manifest.metrics.iter().filter_map(made).collect()
    }

    fn made(name: MetricName, kind: &'static MetricKind, settings: Map<String, Value>) -> Result<Metric, MetricError> {
        Self::identified(MetricId { name, digest: digest(kind, &settings) }, kind, settings)
    }

    fn identified(
        id: MetricId,
        kind: &'static MetricKind,
        settings: Map<String, Value>,
    ) -> Result<Metric, MetricError> {
        let fault = |source| MetricError::Setting { metric: kind.name.to_owned(), source };
        SettingError::check(kind, &settings).map_err(fault)?;
        let mut own = settings.clone();
        let general = General::take(&mut own).map_err(fault)?;
        let scorer = (kind.build)(&own).map_err(fault)?;
        let (scale, direction) = scorer.scale().unwrap_or((kind.scale, kind.direction));
        let bounded = general.scale(scale).map_err(fault)?;
        // Within bounds is better than without, whichever way the measure itself is.
        let direction = if bounded == scale { direction } else { Direction::Up };
        Ok(Metric(Arc::new(Made { id, kind, settings, general, scale: bounded, direction, scorer })))
    }

    /// Its identity: its name, and the digest of its kind, the kind's version, and its settings.
    pub fn id(&self) -> &MetricId {
        &self.0.id
    }

    /// What it is called.
    pub fn name(&self) -> &MetricName {
        &self.0.id.name
    }

    /// What it is made of.
    pub fn kind(&self) -> &'static MetricKind {
        self.0.kind
    }

    /// How it is made; `None` for a kind as it stands.
    pub fn spec(&self) -> Option<MetricSpec> {
        let Made { id, kind, settings, .. } = &*self.0;
        let is_made = id.name.as_str() != kind.name || !settings.is_empty();
        is_made.then(|| MetricSpec { kind: kind.name.to_owned(), settings: settings.clone() })
    }

    /// What its answers are like.
    pub fn scale(&self) -> Scale {
        self.0.scale
    }

    /// The unit of its value.
    pub fn unit(&self) -> Unit {
        self.0.scale.unit()
    }

    /// Which way is better.
    pub fn direction(&self) -> Direction {
        self.0.direction
    }

    /// What must be asked about a trial before it can be judged; empty when the infrastructure failed, whatever the metric.
    pub fn questions(&self, judged: &Judged<'_>) -> Vec<Question> {
        match judged.trial.trace.outcome {
            Outcome::Infrastructure { .. } | Outcome::Untouched { .. } => vec![],
            _ => self.0.scorer.questions(judged),
        }
    }

    /// Whom its questions go to, as far as that does not depend on the case.
    pub fn respondents(&self) -> Vec<Respondent> {
        self.0.scorer.respondents()
    }

    /// Whether it may put questions at all.
    pub fn may_ask(&self) -> bool {
        self.0.scorer.may_ask()
    }

    /// What it finds.
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let Made { general, scale, direction, scorer, .. } = &*self.0;
        match general.apply(scorer.read(judged), judged.trial) {
            Reading::Absent(evidence) if *scale == Scale::Verdict => Reading::Fail(evidence),
            Reading::Absent(evidence) if *direction == Direction::Up && scale.unit() != Unit::Number => {
                Reading::Measured { value: 0.0, evidence }
            }
            // There is no worst of a measure that is better the less it is, and nothing must not be the best.
            Reading::Absent(evidence) => Reading::Unscored(Unscored::Scorer(evidence)),
            reading => reading,
        }
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
            _ => self.read(judged),
        };
        let (value, verdict, evidence) = reading.into_parts();
        Score { trial: judged.trial.site.key, metric: self.id().clone(), expectation, value, verdict, evidence }
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Made { id, kind, settings, .. } = &*self.0;
        f.debug_struct("Metric").field("name", &id.name).field("kind", &kind.name).field("settings", settings).finish()
    }
}

/// A kind without settings has the digest that it had before there were any, so that old runs stay comparable.
fn digest(kind: &MetricKind, settings: &Map<String, Value>) -> Digest {
    let (name, version) = (kind.name.as_bytes(), kind.version.to_le_bytes());
    if settings.is_empty() {
        return Digest::of_fields("metric", &[name, &version]);
    }
    let settings = canonical_json(&Value::Object(settings.clone()));
    Digest::of_fields("metric", &[name, &version, settings.as_bytes()])
}

/// How those of `metrics` are made that are no kind as it stands.
pub(crate) fn specs(metrics: &[Metric]) -> BTreeMap<MetricName, MetricSpec> {
    metrics.iter().filter_map(|metric| Some((metric.name().clone(), metric.spec()?))).collect()
}

/// Names the nearest of `known`, or all of them when none is near.
pub(crate) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = loopwright_agent::nearest(name, known.clone());
    if near.is_empty() { format!("there are {}", listed(known)) } else { format!("did you mean {}?", listed(near)) }
}

/// `names` as they stand in a sentence.
fn listed<T: fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::testing::Scene;
    use super::*;
    use loopwright_core::{Cost, Usage, Verdict};
    use serde_json::json;

    #[test]
    fn identities_differ() {
        let ids: BTreeSet<Digest> = MetricKind::all().iter().map(|kind| digest(kind, &Map::new())).collect();
        assert_eq!(ids.len(), MetricKind::all().len());
        let next = MetricKind { version: 2, ..resolved::KIND };
        assert_ne!(digest(&next, &Map::new()), digest(&resolved::KIND, &Map::new()), "a new version is another metric");
    }

    #[test]
    fn a_score_names_what_it_was_made_from() {
        let scene = Scene::expecting(json!({"answer": {"contains": "x"}})).answers("x");
        let score = scene.score(&resolved::KIND);
        assert_eq!(score.trial, scene.trial.site.key);
        assert_eq!(score.expectation, scene.case.expectation.digest());
        assert_eq!((score.value, score.verdict), (Some(1.0), Verdict::Pass));
    }

    #[test]
    fn a_kind_as_it_stands_has_the_digest_of_before_there_were_settings() {
        let answer = Metric::named("answer").unwrap();
        assert_eq!(answer.id().digest, Digest::of_fields("metric", &[b"answer", &1_u32.to_le_bytes()]));
        let spec = MetricSpec { kind: "answer".into(), settings: Map::new() };
        let renamed = Metric::new(MetricName::new("right").unwrap(), spec).unwrap();
        assert_eq!(renamed.id().digest, answer.id().digest);
        let turned = answer.kind().with(json!({"not": true}).as_object().unwrap().clone()).unwrap();
        assert_ne!(turned.id().digest, answer.id().digest);
    }

    #[test]
    fn bounds_make_a_verdict_of_a_measure() {
        let cost = Cost { usage: Usage::new(90, 0, 10, 0), ..Cost::ZERO };
        let scene = Scene::expecting(json!({})).thinks(cost);
        let tokens = MetricKind::named("tokens").unwrap();
        let verdict = |settings: Value| {
            let metric = tokens.with(settings.as_object().unwrap().clone()).unwrap();
            assert_eq!((metric.scale(), metric.direction()), (Scale::Verdict, Direction::Up));
            scene.score_with(tokens, settings).verdict
        };
        assert_eq!(verdict(json!({"most": 100})), Verdict::Pass);
        assert_eq!(verdict(json!({"least": 20, "most": 99})), Verdict::Fail);
        assert_eq!(verdict(json!({"most": 99, "not": true})), Verdict::Pass);
        let evidence = scene.score_with(tokens, json!({"most": 99})).evidence;
        assert_eq!(evidence, "100 is more than 99 (90 read, 0 of them cached; 10 written)");
    }

    #[test]
    fn settings_that_cannot_be_meant_are_refused() {
        let tokens = MetricKind::named("tokens").unwrap();
        for (kind, settings, why) in [
            (&answer::KIND, json!({"least": 1}), "`least` bounds a measure, and this metric passes or fails"),
            (tokens, json!({"not": true}), "`not` turns a verdict round, and this metric measures"),
            (tokens, json!({"least": 2, "most": 1}), "nothing is at least 2 and at most 1"),
            (tokens, json!({"most": "few"}), "`most`: invalid type"),
        ] {
            let error = kind.with(settings.as_object().unwrap().clone()).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn what_was_never_said_is_wrong_whichever_way_the_verdict_is_turned() {
        let scene = Scene::expecting(json!({"answer": {"contains": "x"}, "calls": [{"tool": "a"}]}));
        let turned = |scene: &Scene, kind| scene.score_with(kind, json!({"not": true})).verdict;
        assert_eq!(turned(&scene.clone().answers("y"), &answer::KIND), Verdict::Pass);
        assert_eq!(turned(&scene, &answer::KIND), Verdict::Fail, "silence");
        let failed = scene.ends(Outcome::Failed { message: "crash".into() });
        assert_eq!(turned(&failed, &answer::KIND), Verdict::Fail);
        assert_eq!(turned(&failed, &tool_arguments::KIND), Verdict::Fail);
    }

    #[test]
    fn a_name_means_a_built_in_metric_or_another_but_never_both() {
        let spec = MetricSpec { kind: "tokens".into(), settings: Map::new() };
        let taken = Metric::new(MetricName::new("answer").unwrap(), spec).unwrap_err();
        assert_eq!(taken.to_string(), "`answer` is a built-in metric; choose another name");
    }
}
